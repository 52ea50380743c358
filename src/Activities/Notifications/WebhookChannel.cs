using System.Text.Json;
using System.Text.Json.Serialization;
using Dag.Activities.OutgoingHttp;

namespace Dag.Activities.Notifications;

/// <summary>Posts the message with its run and values as JSON to any server.</summary>
internal sealed class WebhookChannel(WebhookSender sender) : INotificationChannel
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string Name => "webhook";

    public bool NeedsUrl => true;

    public Task SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        var body = new Body(
            notification.Title, notification.Message, notification.RunId, notification.Workflow, notification.ActivityId, notification.Values);
        return sender.PostAsync(notification.Url!, JsonSerializer.SerializeToUtf8Bytes(body, _json), notification.Delivery, cancellationToken);
    }

    private sealed record Body(string? Title, string Message, string RunId, string Workflow, string ActivityId, JsonElement Values);
}
