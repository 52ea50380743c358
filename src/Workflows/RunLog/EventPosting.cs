namespace Dag.Workflows.RunLog;

/// <summary>An event, to be told to all that waits for it when it is stored, and to nobody later.</summary>
internal sealed record EventPosting
{
    /// <summary>The node that starts what it starts.</summary>
    public required string Node { get; init; }

    /// <summary>What the bookmarks wait for.</summary>
    public required string Stimulus { get; init; }

    /// <summary>Only runs with this correlation id; null for all.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Only this run; null for all.</summary>
    public string? RunId { get; init; }

    /// <summary>The message to one that waits.</summary>
    public required Func<BookmarkRow, InboxMessage> MessageTo { get; init; }

    /// <summary>The starts that follow from it.</summary>
    public IReadOnlyList<OutboxMessage> Starts { get; init; } = [];

    /// <summary>The message of the outbox that it is; null when it comes from outside.</summary>
    public long? FromOutbox { get; init; }
}

/// <summary>What an event has found.</summary>
/// <param name="Told">How many waits it answers; one that an earlier event answers already is not among them.</param>
/// <param name="Runs">The runs that wait, which have something to look at.</param>
internal sealed record PostedEvent(int Told, IReadOnlyList<string> Runs);
