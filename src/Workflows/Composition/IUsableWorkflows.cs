using Dag.Workflows.Definitions;

namespace Dag.Workflows.Composition;

/// <summary>Where the workflows come from that are used as activities: the catalog, or the files that the command line names.</summary>
internal interface IUsableWorkflows
{
    /// <summary>
    /// The workflow that is meant: the version with the given id, else the one with the given number, else the published one, else the
    /// latest. Null when no workflow of that type can be used as an activity.
    /// </summary>
    Task<WorkflowDefinition?> FindAsync(WorkflowReference reference, CancellationToken cancellationToken);

    /// <summary>The types that can be used now.</summary>
    Task<IReadOnlyList<string>> ListTypesAsync(CancellationToken cancellationToken);
}
