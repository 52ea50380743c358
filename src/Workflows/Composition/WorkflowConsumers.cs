using Dag.Workflows.Activities;
using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;

namespace Dag.Workflows.Composition;

/// <summary>Finds the workflows that use a workflow as an activity, in their latest versions.</summary>
internal sealed class WorkflowConsumers(IDefinitionStore store, ActivityCatalog catalog)
{
    /// <summary>Those that use it directly.</summary>
    public async Task<IReadOnlyList<StoredDefinition>> FindAsync(StoredDefinition used, CancellationToken cancellationToken)
    {
        // One of these is in every document that uses it, so only few need be compiled.
        var candidates = await store.ListLatestMentioningAsync(WorkflowDescriptors.TypeOf(used.Name), used.DefinitionId, cancellationToken);
        return [.. candidates.Where(c => c.DefinitionId != used.DefinitionId && Uses(c, used))];
    }

    /// <summary>The ids of those that use it, directly or through others.</summary>
    public async Task<IReadOnlyList<string>> FindAllAsync(StoredDefinition used, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        var left = new Queue<StoredDefinition>([used]);
        while (left.TryDequeue(out var next))
        {
            foreach (var consumer in await FindAsync(next, cancellationToken))
            {
                if (consumer.DefinitionId != used.DefinitionId && !found.Contains(consumer.DefinitionId))
                {
                    found.Add(consumer.DefinitionId);
                    left.Enqueue(consumer);
                }
            }
        }

        return found;
    }

    private bool Uses(StoredDefinition consumer, StoredDefinition used) =>
        GraphCompiler.ReferencesOf(DefinitionReader.Read(consumer.Json), catalog)
            .Any(r => r.DefinitionId is { Length: > 0 } id ? id == used.DefinitionId : WorkflowDescriptors.IsTypeOf(used.Name, r.Type));
}
