using Dag.Workflows.Activities;
using Dag.Workflows.Catalog;
using Dag.Workflows.Composition;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Publishing;

namespace Dag.Host.WorkflowFiles;

/// <summary>
/// Imports the files of a folder: a file that has changed since it was imported becomes the published version of its workflow. A file that has not changed
/// leaves the workflow alone, whatever was made of it here since.
/// </summary>
internal sealed partial class FileImport(
    IDefinitionStore store, WorkflowFileLedger ledger, WorkflowPublisher publisher, IUsableWorkflows workflows, ActivityCatalog catalog, ILogger<FileImport> logger)
{
    /// <summary>Imports what has changed.</summary>
    /// <param name="files">All files of the folder.</param>
    /// <param name="cancellationToken">Stops after the file that is being imported.</param>
    /// <returns>The files, with what is wrong with each.</returns>
    public async Task<IReadOnlyList<WorkflowFile>> ImportAsync(IReadOnlyList<WorkflowFile> files, CancellationToken cancellationToken)
    {
        var refused = new Dictionary<string, WorkflowFile>();
        foreach (var twins in files.Where(f => f.Definition is not null).GroupBy(f => f.Definition!.DefinitionId).Where(g => g.Count() > 1))
        {
            foreach (var file in twins)
            {
                var others = string.Join(" and ", twins.Where(f => f != file).Select(f => f.Path));
                var fault = new DefinitionFault("definitionId", $"'{twins.Key}' is the id of {others} too, so none of them is imported.", "Give each workflow an id of its own, or remove one.");
                refused[file.Path] = file with { Faults = [fault] };
            }
        }

        var imported = await ledger.ListAsync(cancellationToken);
        var good = files.Where(f => f.Definition is not null && !refused.ContainsKey(f.Path)).ToList();
        var given = new GivenWorkflows([.. good.Select(f => f.Definition!)], workflows);
        var linker = new WorkflowFreezer(given, catalog);
        foreach (var file in UsedFirst(good))
        {
            try
            {
                await ImportAsync(file, imported.GetValueOrDefault(file.Definition!.DefinitionId), linker, cancellationToken);
            }
            catch (DefinitionException e)
            {
                refused[file.Path] = file with { Faults = e.Faults };
            }
            catch (DefinitionConflictException e)
            {
                refused[file.Path] = file with { Faults = [new DefinitionFault("id", e.Message, "")] };
            }
        }

        await ForgetGoneAsync(files, imported, cancellationToken);
        return [.. files.Select(f => refused.GetValueOrDefault(f.Path, f))];
    }

    private async Task ImportAsync(WorkflowFile file, ImportedFile? before, WorkflowFreezer linker, CancellationToken cancellationToken)
    {
        var definition = file.Definition!;
        var hash = CanonicalDefinition.HashOf(definition);
        if (before?.ContentHash == hash)
        {
            if (before.Path != file.Path)
            {
                await ledger.SaveAsync(before with { Path = file.Path }, cancellationToken);
            }

            return;
        }

        var latest = await store.FindAsync(definition.DefinitionId, VersionSelector.Latest, cancellationToken);
        var same = await FindSameAsync(definition, latest, hasEntry: before is not null, cancellationToken);
        if (same is null)
        {
            // Circles are only seen by who sees all files.
            await linker.LinkAsync(definition, cancellationToken);
            var published = await publisher.PublishAsync(definition, cancellationToken);
            LogImported(file.Path, published.Version, published.Name);
            if (latest is not null && latest.Id != before?.VersionId)
            {
                LogSuperseded(file.Path, latest.IsPublished ? "version" : "draft", latest.Version, latest.Name);
            }

            same = published.Id;
        }

        await ledger.SaveAsync(
            new ImportedFile { DefinitionId = definition.DefinitionId, Path = file.Path, ContentHash = hash, VersionId = same }, cancellationToken);
    }

    // The version that says what the file says: the one in force, or, when nothing is known of the file, one that the service has gone on from.
    private async Task<string?> FindSameAsync(WorkflowDefinition definition, StoredDefinition? latest, bool hasEntry, CancellationToken cancellationToken)
    {
        if (latest is null)
        {
            return null;
        }

        if (latest.IsPublished && Says(latest, definition))
        {
            return latest.Id;
        }

        if (hasEntry)
        {
            return null;
        }

        for (var number = latest.Version; number > 0; number--)
        {
            var version = await store.FindAsync(definition.DefinitionId, VersionSelector.Specific(number), cancellationToken);
            if (version is not null && Says(version, definition))
            {
                return version.Id;
            }
        }

        return null;
    }

    private static bool Says(StoredDefinition stored, WorkflowDefinition definition)
    {
        try
        {
            return CanonicalDefinition.Same(DefinitionReader.Read(stored.Json), definition);
        }
        catch (DefinitionException)
        {
            return false;
        }
    }

    private async Task ForgetGoneAsync(IReadOnlyList<WorkflowFile> files, IReadOnlyDictionary<string, ImportedFile> imported, CancellationToken cancellationToken)
    {
        // A file that cannot be read may be any of those that are not found.
        var there = files.Select(f => f.Path).ToHashSet();
        var known = files.Select(f => f.Definition?.DefinitionId).ToHashSet();
        foreach (var gone in imported.Values.Where(i => !known.Contains(i.DefinitionId) && !there.Contains(i.Path)))
        {
            await ledger.RemoveAsync(gone.DefinitionId, cancellationToken);
            LogGone(gone.Path, gone.DefinitionId);
        }
    }

    /// <summary>Workflows that others use as activities come before those.</summary>
    private List<WorkflowFile> UsedFirst(IReadOnlyList<WorkflowFile> files)
    {
        var usable = files.Where(f => f.Definition!.Options.UsableAsActivity).ToList();
        var ordered = new List<WorkflowFile>();
        var visited = new HashSet<WorkflowFile>(ReferenceEqualityComparer.Instance);
        foreach (var file in files)
        {
            Visit(file);
        }

        return ordered;

        void Visit(WorkflowFile file)
        {
            if (!visited.Add(file))
            {
                return;
            }

            var references = usable.Count == 0 ? [] : GraphCompiler.ReferencesOf(file.Definition!, catalog);
            foreach (var used in usable.Where(u => references.Any(r => WorkflowDescriptors.IsTypeOf(u.Definition!.Name, r.Type))))
            {
                Visit(used);
            }

            ordered.Add(file);
        }
    }

    [LoggerMessage(LogLevel.Information, "{File} is now version {Version} of the workflow {Workflow}.")]
    private partial void LogImported(string file, int version, string workflow);

    [LoggerMessage(LogLevel.Warning, "{File} has replaced {Kind} {Version} of the workflow {Workflow}, which was made here and is not in a file: its version history still has it.")]
    private partial void LogSuperseded(string file, string kind, int version, string workflow);

    [LoggerMessage(LogLevel.Warning, "{File} has gone. The workflow {DefinitionId} stays as it is: retract or delete it if it is not wanted any more.")]
    private partial void LogGone(string file, string definitionId);
}
