using System.Text.Json;
using Dag.Activities.OutgoingHttp;

namespace Dag.Activities.Notifications;

/// <summary>A message that is ready to be sent, and what it is about.</summary>
internal sealed record Notification
{
    /// <summary>The message as it is to be read.</summary>
    public required string Message { get; init; }

    /// <summary>The heading, if there is one.</summary>
    public string? Title { get; init; }

    /// <summary>The run that tells.</summary>
    public required string RunId { get; init; }

    /// <summary>The name of its workflow.</summary>
    public required string Workflow { get; init; }

    /// <summary>The activity that tells.</summary>
    public required string ActivityId { get; init; }

    /// <summary>The values that the message was made from; an object.</summary>
    public required JsonElement Values { get; init; }

    /// <summary>Where to, for channels that need it; null when it is not set.</summary>
    public required SecretUrl? Url { get; init; }

    /// <summary>How a call over the network is made.</summary>
    public required WebhookDelivery Delivery { get; init; }
}
