using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dag.Workflows.Activities;
using Dag.Workflows.Composition;
using Microsoft.Net.Http.Headers;

namespace Dag.Host.ElsaApi.Descriptors;

/// <summary>The activity types that there are at one moment: the catalog's, and the workflows that can be used as activities.</summary>
internal sealed class ActivityTypes
{
    private readonly ActivityCatalog _catalog;
    private readonly IReadOnlyList<UsableWorkflow> _workflows;
    private readonly Lazy<(byte[] Content, EntityTagHeaderValue Tag)> _document;

    public ActivityTypes(ActivityCatalog catalog, IReadOnlyList<UsableWorkflow> workflows, JsonSerializerOptions json)
    {
        _catalog = catalog;
        _workflows = workflows;
        _document = new(() => Write(json));
    }

    /// <summary>The list of them in Elsa's shape, made once.</summary>
    public byte[] Content => _document.Value.Content;

    /// <summary>Changes with the list.</summary>
    public EntityTagHeaderValue Tag => _document.Value.Tag;

    /// <summary>The type of the catalog with this name; null when there is none.</summary>
    public ActivityDescriptor? Find(string type) => _catalog.Find(type);

    /// <summary>The type of an activity; null when it is not known.</summary>
    public ActivityDescriptor? Of(JsonObject activity) =>
        _catalog.Find(JsonTree.Text(activity, "type") ?? "") ?? WorkflowOf(activity)?.Descriptor;

    /// <summary>
    /// The workflow that an activity stands for, as the engine finds it: by the version's id, its number, the published one, the latest;
    /// null when it is no workflow, or none that is known.
    /// </summary>
    public UsableWorkflow? WorkflowOf(JsonObject activity)
    {
        if (JsonTree.Text(activity, "type") is not { Length: > 0 } type || _catalog.Find(type) is not null)
        {
            return null;
        }

        var ofType = _workflows.Where(w => WorkflowDescriptors.IsTypeOf(w.Definition.Name, type)).ToList();
        if (ofType.Count == 0)
        {
            return null;
        }

        var id = JsonTree.Text(activity, "workflowDefinitionId");
        var named = ofType.FindAll(w => w.Stored.DefinitionId == id);
        var candidates = named.Count > 0 ? named : ofType.FindAll(w => w.Stored.DefinitionId == ofType[0].Stored.DefinitionId);
        var versionId = JsonTree.Text(activity, "workflowDefinitionVersionId");
        var number = JsonTree.Number(activity, "version");
        return candidates.Find(w => w.Stored.Id == versionId)
            ?? candidates.Find(w => w.Stored.Version == number)
            ?? candidates.Find(w => w.Stored.IsPublished)
            ?? candidates.MaxBy(w => w.Stored.Version);
    }

    private (byte[] Content, EntityTagHeaderValue Tag) Write(JsonSerializerOptions json)
    {
        var items = _catalog.All.Select(ActivityDescriptors.Of).Concat(_workflows.Select(w => ActivityDescriptors.Of(w, _workflows)))
            .OrderBy(d => d.Category, StringComparer.Ordinal).ThenBy(d => d.DisplayName, StringComparer.Ordinal).ThenBy(d => d.Version);
        var content = JsonSerializer.SerializeToUtf8Bytes(new ElsaList<ActivityDescriptorItem>([.. items]), json);
        return (content, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8))}\""));
    }
}
