using System.Text.Json;
using System.Text.Json.Nodes;
using Dag.Host.ElsaApi.Descriptors;
using Dag.Workflows.Activities;
using Dag.Workflows.Expressions;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>
/// Makes of the activities of a definition what Studio can show: every one with the node id that its runs use, members spelled as Studio
/// reads them, inputs wrapped, places on the canvas, and a stand-in for a type that is not known.
/// </summary>
internal sealed class ActivityView(ActivityTypes types)
{
    private static readonly string[] CommonMembers =
    [
        "id", "nodeId", "name", "type", "version", "customProperties", "metadata", "variables", "activities", "connections", "cases",
        "workflowDefinitionId", "workflowDefinitionVersionId",
    ];

    private readonly HashSet<string> _nodeIds = [];

    /// <summary>The activity as Studio shows it; the object given is changed or taken into the one returned.</summary>
    public JsonObject Show(JsonObject activity, string parentNodeId)
    {
        JsonTree.Respell(activity, CommonMembers);
        var type = JsonTree.Text(activity, "type") ?? "";
        var nodeId = NodeIdOf(activity, parentNodeId);
        if (types.Of(activity) is not { } descriptor)
        {
            return NotFoundActivity.StandInFor(activity, nodeId);
        }

        JsonTree.Respell(activity, descriptor.Inputs.Select(i => i.JsonName).Concat(descriptor.Outputs.Select(o => o.JsonName)).Concat(descriptor.EmbeddedPorts).Concat(descriptor.EmbeddedCases is { } cases ? [cases.Member] : []));
        OneSpellingEach(activity);
        activity["nodeId"] = nodeId;
        activity["version"] = descriptor.Version;
        JsonTree.ObjectIn(activity, "customProperties");
        JsonTree.ObjectIn(activity, "metadata");
        foreach (var input in descriptor.Inputs)
        {
            Wrap(activity, input);
        }

        if (descriptor.Control?.ChildrenMember is { } children)
        {
            JsonTree.ListIn(activity, children);
        }

        foreach (var slot in ActivitySlot.Of(activity, descriptor).Where(s => s.Activity is not null).ToArray())
        {
            var shown = Show(slot.Activity!, nodeId);
            if (shown != slot.Activity)
            {
                slot.Put(shown);
            }
        }

        if (type == "Elsa.Flowchart")
        {
            FlowchartView.Show(activity, types);
        }

        return activity;
    }

    /// <summary>Whether an editor was shown an input as it now sends it, and so has not changed it.</summary>
    public static bool IsUntouched(InputDescriptor input, JsonNode sent, JsonNode stored)
    {
        var shown = new JsonObject { [input.JsonName] = stored.DeepClone() };
        Wrap(shown, input);
        return sent is JsonObject wrapped && shown[input.JsonName] is JsonObject before && JsonNode.DeepEquals(wrapped["expression"], before["expression"]);
    }

    // Studio does not tell Version from version, and shows no editor at all when there are both. Ours comes before any other.
    private static void OneSpellingEach(JsonObject activity)
    {
        foreach (var same in activity.Select(m => m.Key).GroupBy(k => k, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).ToArray())
        {
            foreach (var other in same.OrderByDescending(k => k is [>= 'a' and <= 'z', ..]).Skip(1))
            {
                activity.Remove(other);
            }
        }
    }

    // As the graph of the engine numbers them, so that definition, journal and statistics speak of the same.
    private string NodeIdOf(JsonObject activity, string parentNodeId)
    {
        if (JsonTree.Text(activity, "id") is not { } id)
        {
            activity["id"] = id = activity["id"]?.ToJsonString() ?? "";
        }

        var nodeId = $"{parentNodeId}:{id}";
        for (var i = 2; !_nodeIds.Add(nodeId); i++)
        {
            nodeId = $"{parentNodeId}:{id}~{i}";
        }

        return nodeId;
    }

    // Studio's editors cannot read a wrapped input that is stored as a bare value, which means a literal.
    private static void Wrap(JsonObject activity, InputDescriptor input)
    {
        if (!input.Wrapped || !activity.TryGetPropertyValue(input.JsonName, out var value) || value is null)
        {
            return;
        }

        if (value is not JsonObject wrapped)
        {
            activity[input.JsonName] = null;
            wrapped = new JsonObject { ["typeName"] = input.TypeName, ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value } };
            activity[input.JsonName] = wrapped;
        }

        JsonTree.Respell(wrapped, ["typeName", "expression", "memoryReference"]);
        if (wrapped["expression"] is not JsonObject expression)
        {
            // An input without an expression has no value: to Studio it is one that was not given.
            activity.Remove(input.JsonName);
            return;
        }

        JsonTree.Respell(expression, ["type", "value"]);
        if (JsonTree.Text(expression, "type") is null)
        {
            expression["type"] = "Literal";
        }

        ShowValues(expression, input.Editor);
        if (JsonTree.Text(expression, "type") is "Object" && expression["value"] is { } json && json.GetValueKind() != JsonValueKind.String)
        {
            expression["value"] = JsonTree.ToText(json);
        }
    }

    // The editors of lists and dictionaries are empty when what they edit is a literal, or a dictionary of anything but expressions, and a
    // first entry would replace all that is there.
    private static void ShowValues(JsonObject expression, string editor)
    {
        if (JsonTree.Text(expression, "type") is not (("Literal" or "Object") and var language) || expression["value"] is not { } value)
        {
            return;
        }

        var json = JsonTree.Parse(value) ?? value;
        if (UIHints.IsList(editor) && language == "Literal" && JsonTree.Text(expression, "value") is not "")
        {
            expression["value"] = (json as JsonArray ?? new JsonArray(value.DeepClone())).DeepClone();
            expression["type"] = "Object";
        }
        else if (editor == UIHints.Dictionary && json is JsonObject values)
        {
            expression["value"] = new JsonObject(values.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)AsExpression(v.Value))));
            expression["type"] = "Object";
        }
    }

    private static JsonObject AsExpression(JsonNode? value) =>
        DictionaryExpression.IsExpression(value is null ? default : JsonTree.ToElement(value)) ? (JsonObject)value!.DeepClone()
        : value?.GetValueKind() == JsonValueKind.String ? new() { ["type"] = "Literal", ["value"] = value.DeepClone() }
        : new() { ["type"] = "Object", ["value"] = JsonTree.ToText(value) };
}
