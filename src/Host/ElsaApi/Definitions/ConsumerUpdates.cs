using System.Text.Json.Nodes;
using Dag.Host.ElsaApi.Descriptors;
using Dag.Workflows.Catalog;
using Dag.Workflows.Composition;
using Dag.Workflows.Definitions;
using Dag.Workflows.Publishing;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>Makes workflows that use a workflow as an activity use its newest published version.</summary>
internal sealed class ConsumerUpdates(IDefinitionStore store, WorkflowConsumers consumers, WorkflowDrafts drafts, ActivityTypeSource types)
{
    /// <summary>After a publication: updates those that use it, if its author wants that.</summary>
    /// <returns>The ids of the workflows that were changed.</returns>
    public async Task<IReadOnlyList<string>> FollowAsync(StoredDefinition published, CancellationToken cancellationToken) =>
        DefinitionReader.Read(published.Json).Options is { UsableAsActivity: true } && WantsFollowers(published)
            ? await UpdateAsync(published, only: null, cancellationToken)
            : [];

    /// <summary>Updates those that use it, or of these only some; one that was published is published again, and those that use it follow.</summary>
    /// <returns>The ids of the workflows that were changed.</returns>
    public async Task<IReadOnlyList<string>> UpdateAsync(StoredDefinition used, IReadOnlyCollection<string>? only, CancellationToken cancellationToken)
    {
        var changed = new List<string>();
        var left = new Queue<StoredDefinition>([used]);
        while (left.TryDequeue(out var next))
        {
            foreach (var consumer in await consumers.FindAsync(next, cancellationToken))
            {
                if (only?.Contains(consumer.DefinitionId) == false || changed.Contains(consumer.DefinitionId)
                    || await UseNewestAsync(consumer, next, cancellationToken) is not { } updated)
                {
                    continue;
                }

                changed.Add(updated.DefinitionId);
                if (updated.IsPublished)
                {
                    left.Enqueue(updated);
                }
            }
        }

        return changed;
    }

    private async Task<StoredDefinition?> UseNewestAsync(StoredDefinition consumer, StoredDefinition used, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(used.DefinitionId, VersionSelector.Published, cancellationToken) is not { } newest)
        {
            return null;
        }

        var document = JsonTree.ReadObject(consumer.Json);
        JsonTree.Respell(document, ["root"]);
        if (document["root"] is not JsonObject root || Update(root, newest, await types.GetAsync(cancellationToken)) == 0)
        {
            return null;
        }

        var edited = DefinitionReader.Read(JsonTree.ToElement(document));
        try
        {
            return await drafts.SaveAsync(edited, consumer.IsPublished, consumer.Revision, editor: null, cancellationToken);
        }
        catch (DefinitionException)
        {
            // It does not fit the new version: a draft shows its author why.
            return await drafts.SaveAsync(edited, publish: false, consumer.Revision, editor: null, cancellationToken);
        }
    }

    private static int Update(JsonObject activity, StoredDefinition newest, ActivityTypes types)
    {
        var changed = 0;
        if (types.WorkflowOf(activity)?.Stored.DefinitionId == newest.DefinitionId && JsonTree.Text(activity, "workflowDefinitionVersionId") != newest.Id)
        {
            activity["workflowDefinitionId"] = newest.DefinitionId;
            activity["workflowDefinitionVersionId"] = newest.Id;
            activity["latestAvailablePublishedVersion"] = newest.Version;
            activity["latestAvailablePublishedVersionId"] = newest.Id;
            activity["version"] = newest.Version;
            changed++;
        }

        return types.Of(activity) is { } descriptor
            ? changed + ActivitySlot.Of(activity, descriptor).Select(s => s.Activity).OfType<JsonObject>().Sum(a => Update(a, newest, types))
            : changed;
    }

    private static bool WantsFollowers(StoredDefinition published)
    {
        var document = JsonTree.ReadObject(published.Json);
        JsonTree.Respell(document, ["options"]);
        if (document["options"] is not JsonObject options)
        {
            return false;
        }

        JsonTree.Respell(options, ["autoUpdateConsumingWorkflows"]);
        return JsonTree.IsTrue(options["autoUpdateConsumingWorkflows"]);
    }
}
