using System.CommandLine;
using System.Text.Json;
using Dag.Activities;
using Dag.Host.Hosting;
using Dag.Workflows.Activities;
using Dag.Workflows.Composition;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Running;

namespace Dag.Host.Cli;

/// <summary><c>dag validate</c>: lists every fault of every file; workflows that are used as activities are looked for among the files.</summary>
internal static class ValidateVerb
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Workflow definitions, with those that they use: files, folders (their *.json) or patterns such as flows/*.json.", Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json") { Description = "Print the faults as one JSON array." };
        var command = new Command("validate", "Lists every fault of workflow definitions.") { files, json };
        command.SetAction((parsed, cancellationToken) => ValidateAsync(parsed.GetRequiredValue(files), parsed.GetValue(json), Console.Out, cancellationToken));
        return command;
    }

    /// <summary>Validates and prints.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> ValidateAsync(IReadOnlyList<string> patterns, bool json, TextWriter output, CancellationToken cancellationToken)
    {
        var read = new List<(string File, WorkflowDefinition? Definition, IReadOnlyList<DefinitionFault> Faults)>();
        foreach (var file in patterns.SelectMany(DefinitionFiles.Find).Distinct())
        {
            var (definition, faults) = await ReadAsync(file, cancellationToken);
            read.Add((file, definition, faults));
        }

        await using var services = new ServiceCollection()
            .AddSingleton<IUsableWorkflows>(new GivenWorkflows([.. read.Select(r => r.Definition).OfType<WorkflowDefinition>()]))
            .AddDagEngine(new EngineOptions()).AddDagActivities().BuildServiceProvider();
        var found = new List<(string File, DefinitionFault Fault)>();
        foreach (var (file, definition, faults) in read)
        {
            found.AddRange((definition is null ? faults : await FaultsAsync(definition, services, cancellationToken)).Select(f => (file, f)));
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

    private static async Task<IReadOnlyList<DefinitionFault>> FaultsAsync(
        WorkflowDefinition definition, IServiceProvider services, CancellationToken cancellationToken)
    {
        try
        {
            var links = await services.GetRequiredService<WorkflowFreezer>().LinkAsync(definition, cancellationToken);
            return await GraphCompiler.ValidateAsync(definition, services.GetRequiredService<ActivityCatalog>(), links, cancellationToken);
        }
        catch (DefinitionException e)
        {
            return e.Faults;
        }
    }

    private static async Task<(WorkflowDefinition? Definition, IReadOnlyList<DefinitionFault> Faults)> ReadAsync(
        string file, CancellationToken cancellationToken)
    {
        try
        {
            return (await DefinitionFiles.ReadAsync(file, cancellationToken), []);
        }
        catch (DefinitionException e)
        {
            return (null, e.Faults);
        }
        catch (UsageException e)
        {
            return (null, [new DefinitionFault("file", e.Message, "")]);
        }
    }
}
