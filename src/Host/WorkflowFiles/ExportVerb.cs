using System.CommandLine;
using Dag.Host.Cli;
using Dag.Host.Data;
using Dag.Host.Hosting;
using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;

namespace Dag.Host.WorkflowFiles;

/// <summary><c>dag export</c>: writes workflows to files, as they can be reviewed and imported again.</summary>
internal static class ExportVerb
{
    public static Command Create()
    {
        var ids = new Argument<string[]>("ID") { Description = "The ids of workflows; none for all.", Arity = ArgumentArity.ZeroOrMore };
        var to = new Option<string?>("--to")
        {
            Description = $"The folder to write to. Default is the one that the service imports from, or that {DagHostOptions.WorkflowsVariable} names.",
            HelpName = "DIR",
        };
        var latest = new Option<bool>("--latest") { Description = "Write the latest versions, also of drafts, in place of the published ones." };
        var data = new Option<string>("--data") { Description = "The data folder.", DefaultValueFactory = _ => "data", HelpName = "DIR" };
        var command = new Command("export", "Writes workflows to JSON files that can be reviewed and imported again, while the service runs or not.") { ids, to, latest, data };
        command.SetAction((parsed, cancellationToken) => ExportAsync(
            parsed.GetRequiredValue(data), parsed.GetValue(ids) ?? [], parsed.GetValue(to), parsed.GetValue(latest), Console.Out, cancellationToken));
        return command;
    }

    /// <summary>Writes the files, and says of each what was done.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="ids">The workflows; empty for all.</param>
    /// <param name="to">The folder; null for the one that is imported from.</param>
    /// <param name="latest">Whether the latest versions are meant, and not the published ones.</param>
    /// <param name="output">Where it is said.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">A workflow is not there, the service refuses, or a file is in the way or cannot be written. Nothing is written over what is no workflow.</exception>
    /// <exception cref="DataFolderException">A process uses the folder that serves nothing.</exception>
    public static async Task<int> ExportAsync(
        string dataFolder, IReadOnlyCollection<string> ids, string? to, bool latest, TextWriter output, CancellationToken cancellationToken)
    {
        var versions = latest ? VersionSelector.Latest : VersionSelector.Published;
        using var client = ServiceClient.Find(dataFolder);
        await using IDefinitionSource source = client is null ? await StoredDefinitions.OpenAsync(dataFolder, cancellationToken) : new ServedDefinitions(client);
        var folder = to ?? await source.FolderAsync(cancellationToken)
            ?? throw new UsageException($"The service imports no folder: name one with --to, or set {DagHostOptions.WorkflowsVariable}.");
        var found = new List<WorkflowDefinition>();
        foreach (var id in ids.Count > 0 ? ids.Distinct() : await source.ListAsync(versions, cancellationToken))
        {
            var definition = await source.FindAsync(id, versions, cancellationToken);
            found.Add(definition ?? throw new UsageException(
                latest ? $"There is no workflow {id}." : $"The workflow {id} has no published version: --latest writes its draft, if it has one."));
        }

        try
        {
            await foreach (var line in new ExportFolder(folder).WriteAsync(found, cancellationToken))
            {
                await output.WriteLineAsync(line);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The folder {Path.GetFullPath(folder)} cannot be written: {e.Message}");
        }

        if (found.Count == 0)
        {
            await output.WriteLineAsync(latest ? "There is no workflow." : "No workflow is published: --latest writes drafts.");
        }

        return ExitCode.Ok;
    }
}
