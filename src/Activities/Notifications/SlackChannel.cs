using System.Text.Json;
using System.Text.Json.Serialization;
using Dag.Activities.OutgoingHttp;

namespace Dag.Activities.Notifications;

/// <summary>Posts to a Slack incoming webhook, or to a server that takes the same: <c>{"text": …}</c>.</summary>
internal sealed class SlackChannel(WebhookSender sender) : INotificationChannel
{
    private static readonly JsonSerializerOptions _json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Name => "slack";

    public bool NeedsUrl => true;

    /// <summary>Slack's three control characters: a value must not be able to mention a whole channel.</summary>
    public string Encode(string value) => value.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    public Task SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        var text = notification.Title is null ? notification.Message : $"*{notification.Title}*\n{notification.Message}";
        var body = JsonSerializer.SerializeToUtf8Bytes(new Body(text), _json);
        return sender.PostAsync(notification.Url!, body, notification.Delivery, cancellationToken);
    }

    private sealed record Body([property: JsonPropertyName("text")] string Text);
}
