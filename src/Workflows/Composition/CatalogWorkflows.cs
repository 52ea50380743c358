using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;

namespace Dag.Workflows.Composition;

/// <summary>The workflows of the catalog whose authors let them be used as activities.</summary>
internal sealed class CatalogWorkflows(IDefinitionStore store) : IUsableWorkflows
{
    public async Task<WorkflowDefinition?> FindAsync(WorkflowReference reference, CancellationToken cancellationToken)
    {
        var ofType = (await store.ListUsableAsActivitiesAsync(cancellationToken))
            .Where(d => WorkflowDescriptors.IsTypeOf(d.Name, reference.Type))
            .OrderByDescending(d => d.IsPublished).ThenByDescending(d => d.Version).ToList();
        if (ofType.Count == 0)
        {
            return null;
        }

        var named = reference.DefinitionId is { Length: > 0 } id ? await FindAsync(id, reference, cancellationToken) : null;
        return named ?? await FindAsync(ofType[0].DefinitionId, reference, cancellationToken);
    }

    public async Task<IReadOnlyList<string>> ListTypesAsync(CancellationToken cancellationToken) =>
        [.. (await store.ListUsableAsActivitiesAsync(cancellationToken)).Where(d => d.IsPublished).Select(d => WorkflowDescriptors.TypeOf(d.Name)).Distinct()];

    private async Task<WorkflowDefinition?> FindAsync(string definitionId, WorkflowReference reference, CancellationToken cancellationToken)
    {
        var stored = reference.VersionId is { Length: > 0 } id && await store.FindAsync(id, cancellationToken) is { } exact && exact.DefinitionId == definitionId
            ? exact
            : null;
        stored ??= reference.Version is { } number ? await store.FindAsync(definitionId, VersionSelector.Specific(number), cancellationToken) : null;
        stored ??= await store.FindAsync(definitionId, VersionSelector.Published, cancellationToken)
            ?? await store.FindAsync(definitionId, VersionSelector.Latest, cancellationToken);
        return stored is null ? null : DefinitionReader.Read(stored.Json);
    }
}
