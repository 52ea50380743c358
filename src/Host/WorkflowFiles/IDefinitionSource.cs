using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;

namespace Dag.Host.WorkflowFiles;

/// <summary>Where the workflows come from that are exported: a service that runs, or a data folder that nobody serves.</summary>
internal interface IDefinitionSource : IAsyncDisposable
{
    /// <summary>The folder that workflows are imported from, or null.</summary>
    Task<string?> FolderAsync(CancellationToken cancellationToken);

    /// <summary>The ids of the workflows that have such a version.</summary>
    Task<IReadOnlyList<string>> ListAsync(VersionSelector versions, CancellationToken cancellationToken);

    /// <summary>The version that is meant, or null.</summary>
    Task<WorkflowDefinition?> FindAsync(string definitionId, VersionSelector versions, CancellationToken cancellationToken);
}
