using System.Text.Json;

namespace Dag.Workflows.Tests.Running;

/// <summary>Writes small flowcharts as workflow JSON.</summary>
internal static class FlowJson
{
    public static string Flowchart(
        IEnumerable<object> activities, IEnumerable<string> connections, object? options = null, string id = "flow") => JsonSerializer.Serialize(new
        {
            definitionId = id,
            id = $"{id}-v1",
            name = id,
            version = 1,
            options = options ?? new { },
            root = new
            {
                id = "fc",
                type = "Elsa.Flowchart",
                version = 1,
                activities,
                connections = connections.Select(Connection),
            },
        });

    public static Dictionary<string, object?> Activity(string id, string type, object? inputs = null, object? customProperties = null)
    {
        var activity = new Dictionary<string, object?> { ["id"] = id, ["type"] = type, ["customProperties"] = customProperties ?? new { } };
        foreach (var property in inputs?.GetType().GetProperties() ?? [])
        {
            activity[property.Name] = new { expression = new { type = "Literal", value = property.GetValue(inputs) } };
        }

        return activity;
    }

    // "A->B", or "A:Failed->B".
    private static object Connection(string text)
    {
        var (source, target) = (text.Split("->")[0], text.Split("->")[1]);
        var parts = source.Split(':');
        return new { source = new { activity = parts[0], port = parts.Length > 1 ? parts[1] : "Done" }, target = new { activity = target, port = "In" } };
    }
}
