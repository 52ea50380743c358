using Dag.Workflows.Storage;

namespace Dag.Workflows.RunLog;

/// <summary>What one burst of one run stores.</summary>
internal sealed record RunBatch
{
    /// <summary>The run's id.</summary>
    public required string RunId { get; init; }

    /// <summary>The node that appends; a first batch gives it the lease.</summary>
    public required string Node { get; init; }

    /// <summary>The lease's epoch; 1 for the first batch, which creates the run and its lease.</summary>
    public required long Epoch { get; init; }

    /// <summary>How long the lease lasts when the first batch creates it.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The number of the batch's first event; 1 for the first batch.</summary>
    public required long FirstSequence { get; init; }

    /// <summary>How many events the batch holds; at least 1.</summary>
    public required int EventCount { get; init; }

    /// <summary>The events.</summary>
    public required ReadOnlyMemory<byte> Events { get; init; }

    /// <summary>The run as it is after this batch.</summary>
    public required RunSummary Summary { get; init; }

    /// <summary>Ids of the inbox rows that the batch used.</summary>
    public IReadOnlyList<long> UsedInbox { get; init; } = [];

    /// <summary>Keys to book with the batch.</summary>
    public IReadOnlyList<LedgerKey> LedgerKeys { get; init; } = [];

    /// <summary>Values over 32 KB, and frozen definitions, that the events refer to by hash.</summary>
    public IReadOnlyList<Blob> Blobs { get; init; } = [];

    /// <summary>Work executions that changed: inserted, or replaced by execution id.</summary>
    public IReadOnlyList<WorkExecutionRow> Work { get; init; } = [];

    /// <summary>Bookmarks that were created; one that is removed in the same batch is gone.</summary>
    public IReadOnlyList<BookmarkRow> BookmarksAdded { get; init; } = [];

    /// <summary>Of the bookmarks that were created, those that wait for requests; they go with their bookmarks.</summary>
    public IReadOnlyList<HookRow> HooksAdded { get; init; } = [];

    /// <summary>Ids of the bookmarks that are gone.</summary>
    public IReadOnlyList<string> BookmarksRemoved { get; init; } = [];

    /// <summary>Timers that were set, or set anew under the same key, which stands also when the batch removes that key.</summary>
    public IReadOnlyList<TimerRow> TimersSet { get; init; } = [];

    /// <summary>What is to happen outside after the commit.</summary>
    public IReadOnlyList<OutboxMessage> Outbox { get; init; } = [];

    /// <summary>Executions of this run whose messages in the outbox are dropped, if they are still there.</summary>
    public IReadOnlyList<long> OutboxDropped { get; init; } = [];

    /// <summary>The message of the outbox whose effect the first batch is: when it is gone, nothing is stored.</summary>
    public long? FromOutbox { get; init; }

    /// <summary>Messages to other runs; those to runs that are over are dropped.</summary>
    public IReadOnlyList<InboxMessage> Messages { get; init; } = [];

    /// <summary>Which runs keep the run from starting; null for none. Only the first batch asks.</summary>
    public ActivationRule? Activation { get; init; }

    /// <summary>Keys of the timers that are gone.</summary>
    public IReadOnlyList<string> TimersRemoved { get; init; } = [];
}

/// <summary>A key that is used once in a scope, for ever.</summary>
internal readonly record struct LedgerKey(string Scope, string Key);

/// <summary>A stored batch.</summary>
internal sealed record StoredBatch(long FirstSequence, int EventCount, byte[] Events);

/// <summary>The state of a run after an event, as bytes.</summary>
internal sealed record StoredSnapshot(long Sequence, byte[] State);

/// <summary>A message from outside to a run. The key is used once for each run.</summary>
internal sealed record InboxMessage(string RunId, string Key, string Kind, byte[] Payload);

/// <summary>A message that waits.</summary>
internal sealed record StoredInboxMessage(long Id, string Key, string Kind, byte[] Payload);

/// <summary>A bookmark: a place where a run waits for something outside.</summary>
internal sealed record BookmarkRow(string Id, string RunId, long ExecutionId, string Stimulus, string? CorrelationId);

/// <summary>An endpoint that waits for a request: the bookmark, the literal beginning of its path, and how it is set up.</summary>
internal sealed record HookRow(string BookmarkId, string Prefix, byte[] Settings);

/// <summary>Endpoints that are set up alike: how many wait, and the first of them.</summary>
internal sealed record HookGroup(byte[] Settings, string RunId, long ExecutionId, long Count);

/// <summary>A timer of a run: a delay, a retry, a timeout. The key is unique in the run.</summary>
internal sealed record TimerRow(string RunId, string Key, DateTimeOffset DueAt);
