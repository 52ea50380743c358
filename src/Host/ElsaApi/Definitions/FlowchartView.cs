using System.Text.Json.Nodes;
using Dag.Host.ElsaApi.Descriptors;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>A flowchart as Studio draws it: connections in the nested form, and a place for every activity.</summary>
internal static class FlowchartView
{
    public static void Show(JsonObject flowchart, ActivityTypes types)
    {
        var connections = JsonTree.ListIn(flowchart, "connections");
        for (var i = connections.Count - 1; i >= 0; i--)
        {
            if (connections[i] is JsonObject connection && Nested(connection) is { } nested)
            {
                if (nested != connection)
                {
                    connections[i] = nested;
                }
            }
            else
            {
                connections.RemoveAt(i);
            }
        }

        var activities = JsonTree.ListIn(flowchart, "activities").OfType<JsonObject>().ToArray();
        FlowchartLayout.Place(activities, [.. connections.OfType<JsonObject>()], [.. activities.Select(a => NodeSize.Of(a, types.Of(a)))]);
    }

    /// <summary>The ids of the activities that a connection leaves and enters, and the outcome that it follows.</summary>
    public static (string Source, string? Port, string Target) EndsOf(JsonObject connection) => (
        JsonTree.Text(connection["source"], "activity") ?? "",
        JsonTree.Text(connection["source"], "port"),
        JsonTree.Text(connection["target"], "activity") ?? "");

    // The older form is flat: {"source": "a", "target": "b", "sourcePort": "Done", "targetPort": "In"}.
    private static JsonObject? Nested(JsonObject connection)
    {
        JsonTree.Respell(connection, ["source", "target", "sourcePort", "targetPort", "vertices"]);
        if (connection["source"] is JsonObject source && connection["target"] is JsonObject target)
        {
            JsonTree.Respell(source, ["activity", "activityId", "port"]);
            JsonTree.Respell(target, ["activity", "activityId", "port"]);
            Rename(source);
            Rename(target);
        }
        else if (JsonTree.Text(connection, "source") is { } from && JsonTree.Text(connection, "target") is { } to)
        {
            var (sourcePort, targetPort) = (JsonTree.Text(connection, "sourcePort"), JsonTree.Text(connection, "targetPort"));
            connection.Remove("sourcePort");
            connection.Remove("targetPort");
            connection["source"] = new JsonObject { ["activity"] = from, ["port"] = sourcePort };
            connection["target"] = new JsonObject { ["activity"] = to, ["port"] = targetPort };
        }
        else
        {
            return null;
        }

        // Every activity has exactly one way in; a connection without an outcome is Studio's Done.
        var end = (JsonObject)connection["target"]!;
        end["port"] = JsonTree.Text(end, "port") ?? "In";
        var start = (JsonObject)connection["source"]!;
        start["port"] = JsonTree.Text(start, "port") ?? "Done";
        JsonTree.ListIn(connection, "vertices");
        return connection;
    }

    private static void Rename(JsonObject end)
    {
        if (end["activity"] is null && JsonTree.Text(end, "activityId") is { } id)
        {
            end.Remove("activityId");
            end["activity"] = id;
        }
    }
}
