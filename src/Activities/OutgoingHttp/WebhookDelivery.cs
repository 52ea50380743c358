namespace Dag.Activities.OutgoingHttp;

/// <summary>How a webhook call is made.</summary>
internal sealed record WebhookDelivery
{
    /// <summary>How long one attempt may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How often a call is repeated after the first attempt.</summary>
    public required int Retries { get; init; }

    /// <summary>Sent as the header <c>Idempotency-Key</c>, so that the receiver can tell a repetition from a second message.</summary>
    public required string IdempotencyKey { get; init; }
}
