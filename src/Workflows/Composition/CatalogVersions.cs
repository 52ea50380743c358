using Dag.Workflows.Catalog;

namespace Dag.Workflows.Composition;

/// <summary>What is published in the catalog.</summary>
internal sealed class CatalogVersions(IDefinitionStore store) : IPublishedWorkflows
{
    public async Task<string?> FindVersionAsync(string definitionId, CancellationToken cancellationToken) =>
        (await store.FindAsync(definitionId, VersionSelector.Published, cancellationToken))?.Id;
}
