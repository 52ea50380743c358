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

    /// <summary>What a template can name: the values' members, all of them as <c>values</c>, and the run.</summary>
    public static JsonElement Names(JsonElement values, WorkContext context)
    {
        var names = JsonObject.Create(values.Clone())!;
        names["values"] = JsonObject.Create(values.Clone());
        names["runId"] = context.RunId;
        names["workflow"] = context.WorkflowName;
        names["activityId"] = context.ActivityId;
        return JsonSerializer.SerializeToElement(names);
    }

    private static ActivityException NotAnObject(Exception? cause) =>
        new("'values' is no JSON object. Give named values, such as {\"rows\": 10}.", cause) { Retryable = false };
}
