using System.Text.Json;
using System.Text.Json.Nodes;
using Dag.Host.ElsaApi.Descriptors;
using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Publishing;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>Saves what an editor sends.</summary>
internal sealed class DefinitionSaving(IDefinitionStore store, ActivityTypeSource types, WorkflowDrafts drafts)
{
    /// <summary>Saves a definition, as a new workflow when it names none.</summary>
    /// <exception cref="DefinitionException">It is no definition, or it is to be published and has faults.</exception>
    /// <exception cref="DefinitionConflictException">Somebody else has saved since.</exception>
    public async Task<StoredDefinition> SaveAsync(JsonElement model, bool publish, string? editor, CancellationToken cancellationToken)
    {
        if (model.ValueKind != JsonValueKind.Object)
        {
            throw new DefinitionException([new DefinitionFault("model", "The request has no \"model\".", "Send {\"model\": {…a workflow definition…}, \"publish\": false}.")]);
        }

        DefinitionReader.CheckText(model, "model");
        var sent = (JsonObject)JsonTree.Of(model)!;
        var revision = JsonTree.Text(sent["customProperties"], DefinitionView.RevisionProperty);
        if (JsonTree.Text(sent, "definitionId") is { Length: > 0 } definitionId)
        {
            var latest = await store.FindAsync(definitionId, VersionSelector.Latest, cancellationToken);
            return await SaveAsync(sent, definitionId, latest, publish, revision, editor, cancellationToken);
        }

        // Made here: failures go along the connections, as nobody has chosen otherwise. A copy has what its original has.
        if (sent["options"] is null)
        {
            JsonTree.ObjectIn(sent, "options")["incidentStrategyType"] = IncidentStrategies.Propagate;
        }

        var original = revision is null ? null : await store.FindAsync(StoredDefinition.VersionIn(revision), cancellationToken);
        return await SaveAsync(sent, drafts.NewId(), original, publish, basedOn: null, editor, cancellationToken);
    }

    /// <summary>Saves a definition that comes from elsewhere as a draft, whatever was there before.</summary>
    /// <exception cref="DefinitionException">It is no definition.</exception>
    public async Task<StoredDefinition> ImportAsync(JsonElement document, CancellationToken cancellationToken)
    {
        // Names in any case, and what it must have: the reader knows.
        var read = DefinitionReader.Read(document);
        var sent = (JsonObject)JsonTree.Of(document)!;
        JsonTree.Respell(sent, ["definitionId", "name", "customProperties"]);
        sent["name"] = read.Name;
        var definitionId = JsonTree.Text(sent, "definitionId") is { Length: > 0 } id ? id : drafts.NewId();
        var latest = await store.FindAsync(definitionId, VersionSelector.Latest, cancellationToken);
        return await SaveAsync(sent, definitionId, latest, publish: false, basedOn: null, editor: null, cancellationToken);
    }

    private async Task<StoredDefinition> SaveAsync(
        JsonObject sent, string definitionId, StoredDefinition? before, bool publish, string? basedOn, string? editor, CancellationToken cancellationToken)
    {
        var document = new DefinitionMerge(await types.GetAsync(cancellationToken)).Merge(sent, before is null ? null : JsonTree.ReadObject(before.Json));
        document["definitionId"] = definitionId;
        var edited = DefinitionReader.Read(JsonTree.ToElement(document));
        return await drafts.SaveAsync(edited, publish, basedOn, editor, cancellationToken);
    }
}
