using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Dag.Workflows.Activities;

namespace Dag.Activities.Notifications;

/// <summary>Brings whatever a workflow hands over as values into one form: a JSON object.</summary>
internal static class NotificationValues
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Reads null, a JSON object, the text of one, a dictionary or any object.</summary>
    /// <exception cref="ActivityException">It is something else.</exception>
    public static JsonElement Read(object? values)
    {
        try
        {
            var element = values switch
            {
                null or "" => JsonSerializer.SerializeToElement(new JsonObject()),
                string text => JsonSerializer.Deserialize<JsonElement>(text),
                _ => JsonSerializer.SerializeToElement(values, values.GetType(), _json),
            };
            return element.ValueKind == JsonValueKind.Object ? element : throw NotAnObject(null);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw NotAnObject(e);
        }
    }

    /// <summary>What a template can name: the workflow's variables, the values' members, all of them as <c>values</c>, and the run.</summary>
    public static JsonElement Names(JsonElement values, WorkContext context)
    {
        var names = new JsonObject();
        foreach (var (name, value) in context.Variables)
        {
            names[name] = JsonSerializer.SerializeToNode(value, _json);
        }

        foreach (var member in values.EnumerateObject())
        {
            Hide(names, member.Name);
            names[member.Name] = JsonSerializer.SerializeToNode(member.Value);
        }

        foreach (var (name, value) in (ReadOnlySpan<(string, JsonNode?)>)
            [("values", JsonObject.Create(values)), ("runId", context.RunId), ("workflow", context.WorkflowName), ("activityId", context.ActivityId)])
        {
            Hide(names, name);
            names[name] = value;
        }

        return JsonSerializer.SerializeToElement(names);
    }

    // Templates ignore letter case, and an outer name must not show through.
    private static void Hide(JsonObject names, string name)
    {
        foreach (var other in names.Select(n => n.Key).Where(n => n.Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            names.Remove(other);
        }
    }

    private static ActivityException NotAnObject(Exception? cause) =>
        new("'values' is no JSON object. Give named values, such as {\"rows\": 10}.", cause) { Retryable = false };
}
