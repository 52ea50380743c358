using System.CommandLine;
using System.Text.Json;
using Dag.Activities;
using Dag.Host.Hosting;
using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Running;

namespace Dag.Host.Cli;

/// <summary><c>dag validate</c>: lists every fault of every file.</summary>
internal static class ValidateVerb
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Workflow definitions: files, folders (their *.json) or patterns such as flows/*.json.", Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json") { Description = "Print the faults as one JSON array." };
        var command = new Command("validate", "Lists every fault of workflow definitions.") { files, json };
        command.SetAction((parsed, cancellationToken) => ValidateAsync(parsed.GetRequiredValue(files), parsed.GetValue(json), Console.Out, cancellationToken));
        return command;
    }

    /// <summary>Validates and prints.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> ValidateAsync(IReadOnlyList<string> patterns, bool json, TextWriter output, CancellationToken cancellationToken)
    {
        await using var services = new ServiceCollection().AddDagEngine(new EngineOptions()).AddDagActivities().BuildServiceProvider();
        var catalog = services.GetRequiredService<ActivityCatalog>();
        var found = new List<(string File, DefinitionFault Fault)>();
        foreach (var file in patterns.SelectMany(DefinitionFiles.Find).Distinct())
        {
            found.AddRange((await FaultsAsync(file, catalog, cancellationToken)).Select(f => (file, f)));
        }

        if (json)
        {
            var faults = found.Select(f => new { f.File, Node = f.Fault.Place, f.Fault.Message, f.Fault.Fix });
            await output.WriteLineAsync(JsonSerializer.Serialize(faults, RunJson.Options));
        }
        else
        {
            foreach (var (file, fault) in found)
            {
                await output.WriteLineAsync($"{file}: {fault}");
            }
        }

        return found.Count == 0 ? ExitCode.Ok : ExitCode.Unusable;
    }

    private static async Task<IReadOnlyList<DefinitionFault>> FaultsAsync(string file, ActivityCatalog catalog, CancellationToken cancellationToken)
    {
        try
        {
            return await GraphCompiler.ValidateAsync(await DefinitionFiles.ReadAsync(file, cancellationToken), catalog, cancellationToken);
        }
        catch (DefinitionException e)
        {
            return e.Faults;
        }
        catch (UsageException e)
        {
            return [new DefinitionFault("file", e.Message, "")];
        }
    }
}
