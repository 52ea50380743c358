using Dag.Host.WorkflowFiles;
using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.Web.Api;

/// <summary>How the files of the folder of workflows stand to the workflows.</summary>
internal static class WorkflowFileEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapWorkflowFiles() => routes.MapGet("/workflow-files", ListAsync);
    }

    private static async Task<Ok<WorkflowFileList>> ListAsync(WorkflowFolder folder, IDefinitionStore store, CancellationToken cancellationToken)
    {
        var files = new List<WorkflowFileItem>();
        foreach (var file in folder.Report?.Files ?? [])
        {
            files.Add(await DescribeAsync(file, store, cancellationToken));
        }

        return TypedResults.Ok(new WorkflowFileList(folder.Folder, folder.Report?.Problem, folder.Report?.At, files));
    }

    private static async Task<WorkflowFileItem> DescribeAsync(WorkflowFile file, IDefinitionStore store, CancellationToken cancellationToken)
    {
        var id = file.Definition?.DefinitionId;
        var published = id is null ? null : await store.FindAsync(id, VersionSelector.Published, cancellationToken);
        var latest = id is null || published is { IsLatest: true } ? published : await store.FindAsync(id, VersionSelector.Latest, cancellationToken);
        var state = file.Faults.Count > 0 ? WorkflowFileState.Refused
            : latest is null ? WorkflowFileState.Deleted
            : published is null ? WorkflowFileState.Retracted
            : CanonicalDefinition.Same(DefinitionReader.Read(published.Json), file.Definition!) ? WorkflowFileState.InForce
            : WorkflowFileState.ChangedHere;
        return new WorkflowFileItem(
            file.Path, id, state, published?.Version, latest?.Version, [.. file.Faults.Select(f => new WorkflowFileFault(f.Place, f.Message, f.Fix))]);
    }
}

/// <summary>How a file stands to its workflow.</summary>
internal enum WorkflowFileState
{
    /// <summary>The published version says what the file says.</summary>
    InForce,

    /// <summary>It has faults and was not imported; the workflow is as it was.</summary>
    Refused,

    /// <summary>Another version was published here since the file was imported; <c>dag export</c> writes it to the file.</summary>
    ChangedHere,

    /// <summary>The workflow was taken out of service here; a change of the file publishes it again.</summary>
    Retracted,

    /// <summary>The workflow was deleted here; a change of the file imports it again.</summary>
    Deleted,
}

/// <summary>The folder of workflows.</summary>
/// <param name="Folder">Its full path; null when there is none.</param>
/// <param name="Problem">Why it cannot be read; null when it can.</param>
/// <param name="ImportedAt">When it was last imported.</param>
/// <param name="Files">Its files.</param>
internal sealed record WorkflowFileList(string? Folder, string? Problem, DateTimeOffset? ImportedAt, IReadOnlyList<WorkflowFileItem> Files);

/// <summary>A workflow file.</summary>
/// <param name="File">Its path in the folder.</param>
/// <param name="DefinitionId">Its workflow; null when it cannot be read.</param>
/// <param name="State">How it stands to its workflow.</param>
/// <param name="PublishedVersion">The number of the published version; null when there is none.</param>
/// <param name="LatestVersion">The number of the latest version, which may be a draft; null when there is none.</param>
/// <param name="Faults">Why it was not imported.</param>
internal sealed record WorkflowFileItem(
    string File, string? DefinitionId, WorkflowFileState State, int? PublishedVersion, int? LatestVersion, IReadOnlyList<WorkflowFileFault> Faults);

/// <summary>Something wrong in a file.</summary>
/// <param name="Node">Where: an activity's path, a member, or a line and position.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Fix">What to do about it.</param>
internal sealed record WorkflowFileFault(string Node, string Message, string Fix);
