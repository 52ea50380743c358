using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>What Studio shows for an activity whose type is not known, and which it gives back unchanged. The names are Elsa's.</summary>
internal static class NotFoundActivity
{
    public const string Type = "Elsa.NotFoundActivity";

    private const string Original = "originalActivityJson";

    /// <summary>A stand-in that holds the activity whole.</summary>
    public static JsonObject StandInFor(JsonObject activity, string nodeId) => new()
    {
        ["id"] = activity["id"]?.DeepClone(),
        ["nodeId"] = nodeId,
        ["name"] = JsonTree.Text(activity, "name"),
        ["type"] = Type,
        ["version"] = 1,
        ["customProperties"] = activity["customProperties"] is JsonObject properties ? properties.DeepClone() : new JsonObject(),
        ["metadata"] = activity["metadata"] is JsonObject metadata ? metadata.DeepClone() : new JsonObject(),
        ["missingTypeName"] = JsonTree.Text(activity, "type") ?? "",
        ["missingTypeVersion"] = (int)(JsonTree.Number(activity, "version") ?? 1),
        [Original] = JsonTree.ToText(activity),
    };

    /// <summary>The activity that a stand-in holds, where the stand-in now is; null when this is no stand-in.</summary>
    public static JsonObject? OriginalOf(JsonObject activity)
    {
        if (JsonTree.Text(activity, "type") != Type || JsonTree.Text(activity, Original) is not { } json)
        {
            return null;
        }

        try
        {
            var original = JsonTree.ReadObject(json);
            foreach (var member in (string[])["id", "name", "customProperties", "metadata"])
            {
                if (activity[member] is { } value && !(value is JsonObject { Count: 0 } && !original.ContainsKey(member)))
                {
                    original[member] = value.DeepClone();
                }
            }

            return original;
        }
        catch (Exception e) when (e is JsonException or InvalidCastException)
        {
            return null;
        }
    }
}
