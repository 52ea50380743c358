using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;
using Dag.Workflows.Running;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>Finds versions by their ids: those that are stored, and those that only runs still hold.</summary>
internal sealed class DefinitionVersions(IDefinitionStore store, DagEngine engine)
{
    /// <summary>The version; null when neither a definition nor a run has it.</summary>
    public async Task<StoredDefinition?> FindAsync(string id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) ?? await FindFrozenAsync(id, cancellationToken);

    /// <summary>Of these versions, those that only runs still hold: Studio leaves runs out of its list whose version it does not find.</summary>
    public async Task<IReadOnlyList<StoredDefinition>> FindFrozenAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        var found = new List<StoredDefinition>();
        foreach (var id in ids)
        {
            if (await FindFrozenAsync(id, cancellationToken) is { } frozen)
            {
                found.Add(frozen);
            }
        }

        return found;
    }

    private async Task<StoredDefinition?> FindFrozenAsync(string id, CancellationToken cancellationToken)
    {
        if (await engine.FindFrozenAsync(id, cancellationToken) is not ({ } run, { } definition))
        {
            return null;
        }

        return new StoredDefinition
        {
            Id = id,
            DefinitionId = definition.DefinitionId,
            Version = definition.Version,
            Name = definition.Name,
            Description = definition.Description,
            IsLatest = false,
            IsPublished = false,
            CreatedAt = run.CreatedAt,
            UsedByRun = true,
            Json = DefinitionWriter.Write(definition),
            Revision = $"{id}/0",
        };
    }
}
