using System.Text.Json;
using System.Text.Json.Nodes;
using Dag.Workflows.Activities;
using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;
using Dag.Workflows.Publishing;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>Saves what an editor sends.</summary>
internal sealed class DefinitionSaving(IDefinitionStore store, ActivityCatalog catalog, WorkflowDrafts drafts)
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

        var sent = (JsonObject)JsonTree.Of(model)!;
        var basedOn = JsonTree.Text(sent["customProperties"], DefinitionView.RevisionProperty);
        var definitionId = JsonTree.Text(sent, "definitionId") is { Length: > 0 } id ? id : drafts.NewId();
        var latest = await store.FindAsync(definitionId, VersionSelector.Latest, cancellationToken);
        var document = new DefinitionMerge(catalog).Merge(sent, latest is null ? null : JsonTree.ReadObject(latest.Json));
        document["definitionId"] = definitionId;
        var edited = DefinitionReader.Read(JsonTree.ToElement(document));
        return await drafts.SaveAsync(edited, publish, basedOn, editor, cancellationToken);
    }
}
