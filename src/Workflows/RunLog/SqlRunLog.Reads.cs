using System.Data.Common;
using System.Runtime.CompilerServices;
using Dag.Workflows.Storage;
using Dapper;

namespace Dag.Workflows.RunLog;

/// <summary>What is read from the run log.</summary>
internal sealed partial class SqlRunLog
{
    private const int KeysPerQuery = 1000;
    private const int BatchesPerQuery = 100;

    // In pages, each read to its end before anybody looks at it: a reader that is slow must not hold a connection and its view of the database.
    public async IAsyncEnumerable<StoredBatch> ReadBatchesAsync(string runId, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredBatch> page;
        do
        {
            page = await ReadBatchesPageAsync(runId, afterSequence, cancellationToken);
            foreach (var batch in page)
            {
                yield return batch;
                afterSequence = batch.FirstSequence;
            }
        }
        while (page.Count == BatchesPerQuery);
    }

    private async Task<IReadOnlyList<StoredBatch>> ReadBatchesPageAsync(string runId, long afterSequence, CancellationToken cancellationToken)
    {
        const string select = """
            SELECT first_sequence AS FirstSequence, event_count AS EventCount, events AS Events FROM run_events
            WHERE run_id = @runId AND first_sequence > @afterSequence ORDER BY first_sequence LIMIT @limit
            """;
        return await _database.ReadAsync(
            async (connection, token) =>
            {
                var batches = new List<StoredBatch>();
                var command = new CommandDefinition(select, new { runId, afterSequence, limit = BatchesPerQuery }, cancellationToken: token);
                await using var reader = await connection.ExecuteReaderAsync(command);
                while (await reader.ReadAsync(token))
                {
                    batches.Add(new StoredBatch(reader.GetInt64(0), reader.GetInt32(1), reader.GetFieldValue<byte[]>(2)));
                }

                return batches;
            },
            cancellationToken);
    }

    public async Task<StoredSnapshot?> ReadSnapshotAsync(string runId, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync<SnapshotRow>(
            "SELECT sequence AS Sequence, state AS State FROM run_snapshots WHERE run_id = @runId", new { runId }, cancellationToken);
        return rows is [var row] ? new StoredSnapshot(row.Sequence, row.State) : null;
    }

    public async Task<IReadOnlyList<StoredInboxMessage>> ReadInboxAsync(string runId, CancellationToken cancellationToken)
    {
        const string select = """
            SELECT id AS Id, key AS Key, kind AS Kind, payload AS Payload FROM run_inbox WHERE run_id = @runId AND used = 0 ORDER BY id
            """;
        var rows = await QueryAsync<InboxRow>(select, new { runId }, cancellationToken);
        return rows.ConvertAll(r => new StoredInboxMessage(r.Id, r.Key, r.Kind, r.Payload));
    }

    public async Task<IReadOnlyList<string>> FindClaimableAsync(string node, int limit, CancellationToken cancellationToken)
    {
        const string select = $"""
            SELECT id FROM runs WHERE status <> 'Finished' AND {LeaseIsFree} ORDER BY created_at, id LIMIT @limit
            """;
        return await QueryAsync<string>(select, new { node, now = _clock.GetUtcNow().UtcTicks, limit }, cancellationToken);
    }

    public async Task<IReadOnlyList<string>> FindRunsWithInboxAsync(int limit, CancellationToken cancellationToken)
    {
        const string select = """
            SELECT i.run_id FROM run_inbox i JOIN runs r ON r.id = i.run_id
            WHERE i.used = 0 AND r.status <> 'Finished' GROUP BY i.run_id ORDER BY MIN(i.id) LIMIT @limit
            """;
        return await QueryAsync<string>(select, new { limit }, cancellationToken);
    }

    public Task<IReadOnlyList<WorkExecutionRow>> ListWorkAsync(string runId, CancellationToken cancellationToken) =>
        ListWorkAsync(runId, "", cancellationToken);

    public Task<IReadOnlyList<WorkExecutionRow>> ListOpenWorkAsync(string runId, CancellationToken cancellationToken) =>
        ListWorkAsync(runId, "AND finished_at IS NULL", cancellationToken);

    private async Task<IReadOnlyList<WorkExecutionRow>> ListWorkAsync(string runId, string condition, CancellationToken cancellationToken)
    {
        var select = $"""
            SELECT execution_id AS ExecutionId, activity_id AS ActivityId, node_id AS NodeId, type AS Type, status AS Status,
                attempts AS Attempts, started_at AS StartedAt, finished_at AS FinishedAt, error AS Error
            FROM work_executions WHERE run_id = @runId {condition} ORDER BY execution_id
            """;
        var rows = await QueryAsync<WorkRow>(select, new { runId }, cancellationToken);
        return rows.ConvertAll(r => r.ToExecution(runId));
    }

    public async Task<IReadOnlyList<TimerRow>> ListTimersAsync(CancellationToken cancellationToken)
    {
        const string select = """
            SELECT t.run_id AS RunId, t.key AS Key, t.due_at AS DueAt FROM timers t JOIN runs r ON r.id = t.run_id
            WHERE r.status <> 'Finished' ORDER BY t.due_at, t.run_id, t.key
            """;
        var rows = await QueryAsync<StoredTimer>(select, new { }, cancellationToken);
        return rows.ConvertAll(r => new TimerRow(r.RunId, r.Key, Time(r.DueAt)));
    }

    public async Task<IReadOnlyList<BookmarkRow>> FindBookmarksAsync(
        string stimulus, string? correlationId, CancellationToken cancellationToken) => await _database.ReadAsync(
            (connection, token) => FindBookmarksAsync(connection, null, stimulus, correlationId, null, token), cancellationToken);

    private static async Task<List<BookmarkRow>> FindBookmarksAsync(
        DbConnection connection, DbTransaction? transaction, string stimulus, string? correlationId, string? runId, CancellationToken cancellationToken)
    {
        var sameCorrelation = correlationId is null ? "" : "AND b.correlation_id = @correlationId";
        var sameRun = runId is null ? "" : "AND b.run_id = @runId";
        var select = $"""
            SELECT b.id AS Id, b.run_id AS RunId, b.execution_id AS ExecutionId, b.stimulus AS Stimulus, b.correlation_id AS CorrelationId
            FROM bookmarks b JOIN runs r ON r.id = b.run_id
            WHERE b.stimulus = @stimulus AND r.status <> 'Finished' {sameCorrelation} {sameRun} ORDER BY r.created_at, b.run_id, b.execution_id, b.id
            """;
        var values = new { stimulus = SqlText.Clean(stimulus), correlationId = SqlText.CleanOrNull(correlationId), runId };
        var rows = await connection.QueryAsync<StoredBookmark>(new CommandDefinition(select, values, transaction, cancellationToken: cancellationToken));
        return rows.AsList().ConvertAll(r => new BookmarkRow(r.Id, r.RunId, r.ExecutionId, r.Stimulus, r.CorrelationId));
    }

    public async Task<IReadOnlyList<HookGroup>> FindHooksAsync(IReadOnlyList<string> prefixes, string? correlationId, CancellationToken cancellationToken)
    {
        var sameCorrelation = correlationId is null ? "" : "AND b.correlation_id = @correlationId";
        var select = $"""
            SELECT h.settings AS Settings, MIN(b.run_id) AS RunId, MIN(b.execution_id) AS ExecutionId, COUNT(*) AS Count
            FROM hook_waits h JOIN bookmarks b ON b.run_id = h.run_id AND b.id = h.bookmark_id JOIN runs r ON r.id = h.run_id
            WHERE {_database.Dialect.IsIn("h.prefix", "@stored")} AND r.status <> 'Finished' {sameCorrelation} GROUP BY h.settings
            """;
        var values = new { stored = prefixes.Select(SqlText.Clean).ToArray(), correlationId = SqlText.CleanOrNull(correlationId) };
        var rows = await QueryAsync<HookGroupRow>(select, values, cancellationToken);
        return rows.ConvertAll(r => new HookGroup(r.Settings, r.RunId, r.ExecutionId, r.Count));
    }

    public async Task<IReadOnlySet<string>> FindLedgerKeysAsync(
        string scope, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var select = $"SELECT key FROM ledger_keys WHERE scope = @scope AND {_database.Dialect.IsIn("key", "@stored")}";
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var chunk in keys.Chunk(KeysPerQuery))
        {
            var stored = Array.ConvertAll(chunk, RunLogWriter.StoredKey);
            var rows = await QueryAsync<string>(select, new { scope = SqlText.Clean(scope), stored }, cancellationToken);
            var known = rows.ToHashSet(StringComparer.Ordinal);
            found.UnionWith(chunk.Where((_, i) => known.Contains(stored[i])));
        }

        return found;
    }

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    private static DateTimeOffset? Time(long? ticks) => ticks is { } value ? Time(value) : null;

    private sealed class SnapshotRow
    {
        public long Sequence { get; init; }

        public byte[] State { get; init; } = [];
    }

    private sealed class HookGroupRow
    {
        public byte[] Settings { get; init; } = [];

        public required string RunId { get; init; }

        public long ExecutionId { get; init; }

        public long Count { get; init; }
    }

    private sealed class InboxRow
    {
        public long Id { get; init; }

        public required string Key { get; init; }

        public required string Kind { get; init; }

        public byte[] Payload { get; init; } = [];
    }

    private sealed class WorkRow
    {
        public long ExecutionId { get; init; }

        public required string ActivityId { get; init; }

        public required string NodeId { get; init; }

        public required string Type { get; init; }

        public required string Status { get; init; }

        public int Attempts { get; init; }

        public long? StartedAt { get; init; }

        public long? FinishedAt { get; init; }

        public string? Error { get; init; }

        public WorkExecutionRow ToExecution(string runId) => new()
        {
            RunId = runId,
            ExecutionId = ExecutionId,
            ActivityId = ActivityId,
            NodeId = NodeId,
            Type = Type,
            Status = Status,
            Attempts = Attempts,
            StartedAt = Time(StartedAt),
            FinishedAt = Time(FinishedAt),
            Error = Error,
        };
    }

    private sealed class StoredTimer
    {
        public required string RunId { get; init; }

        public required string Key { get; init; }

        public long DueAt { get; init; }
    }

    private sealed class StoredBookmark
    {
        public required string Id { get; init; }

        public required string RunId { get; init; }

        public long ExecutionId { get; init; }

        public required string Stimulus { get; init; }

        public string? CorrelationId { get; init; }
    }
}
