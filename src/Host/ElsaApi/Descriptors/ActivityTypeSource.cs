using Dag.Workflows.Activities;
using Dag.Workflows.Catalog;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Dag.Host.ElsaApi.Descriptors;

/// <summary>Knows the activity types that there are now, and makes what follows from them anew only when they have changed.</summary>
internal sealed class ActivityTypeSource(ActivityCatalog catalog, IDefinitionStore store, IOptions<JsonOptions> json)
{
    private Known? _known;

    /// <summary>The activity types that there are now.</summary>
    public async Task<ActivityTypes> GetAsync(CancellationToken cancellationToken)
    {
        var revisions = await store.ListUsableRevisionsAsync(cancellationToken);
        var known = Volatile.Read(ref _known);
        if (known?.Revisions.SequenceEqual(revisions) == true)
        {
            return known.Types;
        }

        var before = known?.Workflows.ToDictionary(w => (w.Stored.Revision, w.Stored.IsPublished)) ?? [];
        var workflows = new List<UsableWorkflow>(revisions.Count);
        foreach (var (id, revision, isPublished) in revisions)
        {
            if (before.TryGetValue((revision, isPublished), out var same))
            {
                workflows.Add(same);
            }
            else if (await store.FindAsync(id, cancellationToken) is { } stored)
            {
                workflows.Add(new UsableWorkflow(stored));
            }
        }

        known = new Known(revisions, workflows, new ActivityTypes(catalog, workflows, json.Value.SerializerOptions));
        Volatile.Write(ref _known, known);
        return known.Types;
    }

    private sealed record Known(IReadOnlyList<UsableRevision> Revisions, IReadOnlyList<UsableWorkflow> Workflows, ActivityTypes Types);
}
