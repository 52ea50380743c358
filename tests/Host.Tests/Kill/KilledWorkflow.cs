using System.Text.Json.Nodes;

namespace Dag.Host.Tests.Kill;

/// <summary>200 activities in ten branches: lines, and messages to a webhook, in turn.</summary>
internal static class KilledWorkflow
{
    public const string Id = "killed";
    public const int Branches = 10;
    public const int Length = 20;

    /// <summary>The lines of a branch, in order.</summary>
    public static IEnumerable<string> LinesOf(int branch) => Enumerable.Range(0, Length).Where(i => i % 2 == 0).Select(i => NameOf(branch, i));

    public static string Create(string webhook)
    {
        var activities = new JsonArray { Activity("start", "Elsa.Start") };
        var connections = new JsonArray();
        for (var branch = 0; branch < Branches; branch++)
        {
            for (var i = 0; i < Length; i++)
            {
                activities.Add(i % 2 == 0 ? Line(NameOf(branch, i)) : Message(NameOf(branch, i), webhook));
                connections.Add(new JsonObject
                {
                    ["source"] = new JsonObject { ["activity"] = i == 0 ? "start" : NameOf(branch, i - 1), ["port"] = "Done" },
                    ["target"] = new JsonObject { ["activity"] = NameOf(branch, i), ["port"] = "In" },
                });
            }
        }

        return new JsonObject
        {
            ["definitionId"] = Id,
            ["name"] = Id,
            ["version"] = 1,
            ["root"] = new JsonObject { ["id"] = "flow", ["type"] = "Elsa.Flowchart", ["activities"] = activities, ["connections"] = connections },
        }.ToJsonString();
    }

    private static string NameOf(int branch, int index) => $"b{branch}-{index:00}";

    private static JsonObject Activity(string id, string type) => new() { ["id"] = id, ["type"] = type };

    private static JsonObject Line(string id)
    {
        var line = Activity(id, "Elsa.WriteLine");
        line["text"] = Literal("String", id);
        return line;
    }

    private static JsonObject Message(string id, string webhook)
    {
        var message = Activity(id, "Dag.Notify");
        message["channel"] = Literal("String", "Webhook");
        message["url"] = Literal("String", webhook);
        message["message"] = Literal("String", id);
        message["retries"] = Literal("Int32", 0);
        return message;
    }

    private static JsonObject Literal(string type, JsonNode value) =>
        new() { ["typeName"] = type, ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value } };
}
