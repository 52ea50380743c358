namespace Dag.Workflows.RunLog;

/// <summary>
/// Keeps the histories of runs, their inboxes, leases and snapshots. What a run's events say is not its business: it stores batches of
/// bytes, and the projections that come with them, atomically.
/// </summary>
internal interface IRunLog
{
    /// <summary>
    /// Appends one batch in one transaction: checks the lease's epoch and the expected sequence, deletes the inbox rows that it used,
    /// books ledger keys, and brings the projections up to date. Concurrent appends share commits.
    /// </summary>
    Task<AppendOutcome> AppendAsync(RunBatch batch, CancellationToken cancellationToken);

    /// <summary>The batches after a sequence number, in order; a long history is not held in memory whole.</summary>
    IAsyncEnumerable<StoredBatch> ReadBatchesAsync(string runId, long afterSequence, CancellationToken cancellationToken);

    /// <summary>The newest snapshot, or null.</summary>
    Task<StoredSnapshot?> ReadSnapshotAsync(string runId, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps a snapshot and drops older ones; a snapshot can be thrown away at any time. One of events that are not stored is ignored.
    /// </summary>
    Task WriteSnapshotAsync(string runId, StoredSnapshot snapshot, CancellationToken cancellationToken);

    /// <summary>Puts a message into a run's inbox; false when its key is already there or has been used, or there is no such run.</summary>
    Task<bool> PostAsync(InboxMessage message, CancellationToken cancellationToken);

    /// <summary>The messages that wait in a run's inbox, oldest first.</summary>
    Task<IReadOnlyList<StoredInboxMessage>> ReadInboxAsync(string runId, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the lease of a run that is not finished when nobody holds it, it has expired, or this node holds it already; raises the
    /// epoch, so that appends under an earlier one are refused. Null when another node holds it or there is no such run.
    /// </summary>
    Task<long?> AcquireLeaseAsync(string runId, string node, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Takes the leases of many runs as <see cref="AcquireLeaseAsync"/> does, many in one transaction.</summary>
    /// <returns>Those that this node now holds.</returns>
    Task<IReadOnlyDictionary<string, RunLease>> AcquireLeasesAsync(
        IReadOnlyList<string> runIds, string node, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Prolongs all leases of a node.</summary>
    Task RenewLeasesAsync(string node, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Gives leases back, so that another node can take them at once.</summary>
    Task ReleaseLeasesAsync(string node, CancellationToken cancellationToken);

    /// <summary>
    /// Unfinished runs that this node may take: without a holder, with an expired lease, or held under this node's name (by its
    /// previous process).
    /// </summary>
    Task<IReadOnlyList<string>> FindClaimableAsync(string node, int limit, CancellationToken cancellationToken);

    /// <summary>Unfinished runs with messages in their inboxes.</summary>
    Task<IReadOnlyList<string>> FindRunsWithInboxAsync(int limit, CancellationToken cancellationToken);

    /// <summary>One run's summary, or null.</summary>
    Task<RunSummary?> FindRunAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Runs that match, newest first.</summary>
    Task<RunPage> ListRunsAsync(RunFilter filter, CancellationToken cancellationToken);

    /// <summary>The work executions of a run, by execution id.</summary>
    Task<IReadOnlyList<WorkExecutionRow>> ListWorkAsync(string runId, CancellationToken cancellationToken);

    /// <summary>The work executions of a run that are not over, by execution id.</summary>
    Task<IReadOnlyList<WorkExecutionRow>> ListOpenWorkAsync(string runId, CancellationToken cancellationToken);

    /// <summary>All timers of unfinished runs, to arm at start.</summary>
    Task<IReadOnlyList<TimerRow>> ListTimersAsync(CancellationToken cancellationToken);

    /// <summary>Bookmarks of unfinished runs with this stimulus, and this correlation id when one is given.</summary>
    Task<IReadOnlyList<BookmarkRow>> FindBookmarksAsync(string stimulus, string? correlationId, CancellationToken cancellationToken);

    /// <summary>What waits in the outbox of this node and of those that are gone, oldest first.</summary>
    Task<IReadOnlyList<StoredOutboxMessage>> ReadOutboxAsync(string node, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes a message of the outbox that will have no other effect than this message to a run, if any; false when it is gone already.
    /// </summary>
    Task<bool> CloseOutboxAsync(long id, InboxMessage? message, CancellationToken cancellationToken);

    /// <summary>
    /// Tells an event to all that waits for it, in one transaction with the starts that follow from it and with the deletion of the
    /// message that it was. Null when that message is gone already, and the event with it.
    /// </summary>
    Task<PostedEvent?> DeliverAsync(EventPosting posting, CancellationToken cancellationToken);

    /// <summary>A run that keeps another one from starting, or null.</summary>
    Task<RunBlocker?> FindBlockerAsync(ActivationRule rule, CancellationToken cancellationToken);

    /// <summary>
    /// The endpoints of unfinished runs that wait for requests, with one of these path prefixes, and with this correlation id when one is given;
    /// those that are set up alike are one.
    /// </summary>
    Task<IReadOnlyList<HookGroup>> FindHooksAsync(IReadOnlyList<string> prefixes, string? correlationId, CancellationToken cancellationToken);

    /// <summary>Of these keys, those already in the ledger of this scope.</summary>
    Task<IReadOnlySet<string>> FindLedgerKeysAsync(string scope, IReadOnlyList<string> keys, CancellationToken cancellationToken);

    /// <summary>Deletes a finished run and all that is its own, but not ledger keys.</summary>
    Task<bool> DeleteRunAsync(string runId, CancellationToken cancellationToken);
}
