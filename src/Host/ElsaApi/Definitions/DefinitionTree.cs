using System.Text.Json.Nodes;
using Dag.Host.ElsaApi.Descriptors;
using Dag.Workflows.Catalog;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>The activities of a definition, as Studio shows them, with those of the workflows that it uses.</summary>
internal sealed class DefinitionTree
{
    // As deep as workflows may use each other, so that one that uses itself ends too.
    private const int MostLevels = 32;

    private readonly List<DefinitionTree> _children = [];

    private DefinitionTree(JsonObject activity, string port, DefinitionTree? parent)
    {
        Activity = activity;
        Port = port;
        Parent = parent;
    }

    /// <summary>The activity as Studio shows it.</summary>
    public JsonObject Activity { get; }

    /// <summary>The member, or the case, of the parent that holds it.</summary>
    public string Port { get; }

    public DefinitionTree? Parent { get; }

    public IReadOnlyList<DefinitionTree> Children => _children;

    public string NodeId => JsonTree.Text(Activity, "nodeId") ?? "";

    public string Id => JsonTree.Text(Activity, "id") ?? "";

    public string Type => JsonTree.Text(Activity, "type") ?? "";

    /// <summary>The tree of a definition: the workflow itself, which holds the root.</summary>
    public static DefinitionTree Of(StoredDefinition stored, ActivityTypes types) =>
        Add(WorkflowOf(stored, types, DefinitionView.WorkflowNodeId), "", null, types, 0);

    /// <summary>The activity with a node id; null when there is none.</summary>
    public DefinitionTree? Find(string nodeId)
    {
        if (NodeId == nodeId)
        {
            return this;
        }

        return _children.Select(c => nodeId.StartsWith(c.NodeId, StringComparison.Ordinal) ? c.Find(nodeId) : null).FirstOrDefault(c => c is not null);
    }

    /// <summary>The name of a port, as descriptors have it: the member with a capital.</summary>
    public static string PortNameOf(string member) => member.Length == 0 ? "" : char.ToUpperInvariant(member[0]) + member[1..];

    private static DefinitionTree Add(JsonObject activity, string port, DefinitionTree? parent, ActivityTypes types, int level)
    {
        var node = new DefinitionTree(activity, port, parent);
        if (types.WorkflowOf(activity) is { } used && level < MostLevels)
        {
            // As in the engine: the activity holds the workflow, which holds its root.
            var workflow = WorkflowOf(used.Stored, types, $"{node.NodeId}:{DefinitionView.WorkflowNodeId}");
            activity["root"] = workflow;
            node._children.Add(Add(workflow, "root", node, types, level + 1));
        }
        else if (types.Of(activity) is { } descriptor)
        {
            node._children.AddRange(ActivitySlot.Of(activity, descriptor).Where(s => s.Activity is not null).Select(s => Add(s.Activity!, s.Port, node, types, level)));
        }

        return node;
    }

    private static JsonObject WorkflowOf(StoredDefinition stored, ActivityTypes types, string nodeId)
    {
        var document = JsonTree.ReadObject(stored.Json);
        JsonTree.Respell(document, ["root", "variables"]);
        var root = document["root"] as JsonObject;
        document.Remove("root");
        return new JsonObject
        {
            ["id"] = DefinitionView.WorkflowNodeId,
            ["nodeId"] = nodeId,
            ["name"] = stored.Name,
            ["type"] = "Elsa.Workflow",
            ["version"] = 1,
            ["customProperties"] = new JsonObject(),
            ["metadata"] = new JsonObject(),
            ["variables"] = JsonTree.ListIn(document, "variables").DeepClone(),
            ["root"] = root is null ? null : new ActivityView(types).Show(root, nodeId),
        };
    }
}
