using System.Data.Common;
using Dag.Workflows.Storage;
using Npgsql;

namespace Dag.Workflows.RunLog;

/// <summary>
/// Appends on PostgreSQL in two round trips and the commit: one that takes the run's row if the lease still holds, and one batch with
/// one statement per table, its rows passed as arrays.
/// </summary>
internal sealed class PostgreSqlRunLogWriter : RunLogWriter
{
    public override async Task<AppendOutcome> AppendAsync(
        DbTransaction transaction, RunBatch batch, DateTimeOffset leaseUntil, CancellationToken cancellationToken)
    {
        var connection = (NpgsqlConnection)transaction.Connection!;
        if (batch.Activation is { } rule && await IsBlockedAsync(connection, transaction, rule, cancellationToken))
            return AppendOutcome.Refused;

        await using (var take = new NpgsqlBatch(connection, (NpgsqlTransaction)transaction))
        {
            take.BatchCommands.Add(batch.FirstSequence == 1 ? InsertRun(batch, leaseUntil) : UpdateRun(batch));
            if (await take.ExecuteNonQueryAsync(cancellationToken) == 0)
                return AppendOutcome.Superseded;
        }

        await using var rest = new NpgsqlBatch(connection, (NpgsqlTransaction)transaction);
        var commands = rest.BatchCommands;
        var keys = batch.LedgerKeys.Count > 0 ? BookKeys(batch) : null;
        if (keys is not null)
            commands.Add(keys);
        var used = batch.FromOutbox is { } id ? Command("DELETE FROM run_outbox WHERE id = $1", Value(id)) : null;
        if (used is not null)
            commands.Add(used);
        if (batch.OutboxDropped.Count > 0)
            commands.Add(DropOutbox(batch));
        if (batch.Blobs.Count > 0)
            commands.Add(InsertBlobs(batch));
        commands.Add(InsertEvents(batch));
        if (batch.UsedInbox.Count > 0)
            commands.Add(UseInbox(batch));
        if (batch.Work.Count > 0)
            commands.Add(StoreWork(batch));
        AddBookmarks(commands, batch);
        AddTimers(commands, batch);
        if (batch.Outbox.Count > 0)
            commands.Add(AddToOutbox(batch.Node, batch.RunId, batch.Outbox));
        if (batch.Messages.Count > 0)
            commands.Add(Post(batch.Messages));
        await rest.ExecuteNonQueryAsync(cancellationToken);
        if (keys is not null && keys.RecordsAffected < batch.LedgerKeys.Count || used is { RecordsAffected: 0 })
            throw new LedgerKeyUsedException();
        return AppendOutcome.Appended;
    }

    public override async Task<int> PostAsync(DbTransaction transaction, IReadOnlyList<InboxMessage> messages, CancellationToken cancellationToken)
    {
        var posted = 0;
        foreach (var chunk in messages.Chunk(1000))
        {
            await using var batch = new NpgsqlBatch((NpgsqlConnection)transaction.Connection!, (NpgsqlTransaction)transaction);
            batch.BatchCommands.Add(Post(chunk));
            posted += await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        return posted;
    }

    public override async Task AddToOutboxAsync(
        DbTransaction transaction, string node, string? runId, IReadOnlyList<OutboxMessage> messages, CancellationToken cancellationToken)
    {
        if (messages.Count > 0)
        {
            await using var batch = new NpgsqlBatch((NpgsqlConnection)transaction.Connection!, (NpgsqlTransaction)transaction);
            batch.BatchCommands.Add(AddToOutbox(node, runId, messages));
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    // The lock keeps the runs from being deleted between the look and the insert; in one order everywhere, so that nobody waits in a
    // circle.
    private static NpgsqlBatchCommand Post(IReadOnlyList<InboxMessage> messages)
    {
        var rows = messages.OrderBy(m => m.RunId, StringComparer.Ordinal).ToArray();
        return Command(
            """
            INSERT INTO run_inbox (run_id, key, kind, payload)
            SELECT m.run_id, m.key, m.kind, m.payload FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS m (run_id, key, kind, payload, n)
            JOIN runs r ON r.id = m.run_id WHERE r.status <> 'Finished' ORDER BY m.n FOR KEY SHARE OF r
            ON CONFLICT (run_id, key) DO NOTHING
            """,
            Texts(rows, m => m.RunId), Texts(rows, m => m.Key), Texts(rows, m => m.Kind), Value(Array.ConvertAll(rows, m => m.Payload)));
    }

    private static NpgsqlBatchCommand AddToOutbox(string node, string? runId, IReadOnlyList<OutboxMessage> messages)
    {
        var rows = messages.ToArray();
        return Command(
            """
            INSERT INTO run_outbox (node, run_id, execution_id, kind, payload)
            SELECT $1, $2, m.execution_id, m.kind, m.payload FROM unnest($3, $4, $5) WITH ORDINALITY AS m (execution_id, kind, payload, n) ORDER BY m.n
            """,
            Text(node), Text(runId), Value(Array.ConvertAll(rows, m => m.ExecutionId)), Texts(rows, m => m.Kind),
            Value(Array.ConvertAll(rows, m => m.Payload)));
    }

    private static NpgsqlBatchCommand DropOutbox(RunBatch batch) => Command(
        "DELETE FROM run_outbox WHERE run_id = $1 AND execution_id = ANY($2)", Text(batch.RunId), Value(batch.OutboxDropped.ToArray()));

    // Starts that exclude each other wait here for each other's commit; a statement after that sees what was stored meanwhile.
    private static async Task<bool> IsBlockedAsync(
        NpgsqlConnection connection, DbTransaction transaction, ActivationRule rule, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, (NpgsqlTransaction)transaction);
        batch.BatchCommands.Add(Command("SELECT pg_advisory_xact_lock(hashtextextended('activation ' || $1, 0))", Text(rule.Key)));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        batch.BatchCommands.Clear();
        batch.BatchCommands.Add(Command(
            $"SELECT EXISTS (SELECT 1 FROM runs WHERE {Condition(rule, "$1", "$2")})",
            Text(rule.DefinitionId), Text(rule.CorrelationId)));
        return (bool)(await batch.ExecuteScalarAsync(cancellationToken))!;
    }

    private static NpgsqlBatchCommand InsertRun(RunBatch batch, DateTimeOffset leaseUntil)
    {
        var run = batch.Summary;
        return Command(
            """
            INSERT INTO runs (id, definition_id, definition_version_id, version, workflow_name, name, correlation_id, status, sub_status,
                incident_count, created_at, updated_at, finished_at, search_text, last_sequence, lease_node, lease_epoch, lease_until,
                parent_run_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            ON CONFLICT (id) DO NOTHING
            """,
            Text(run.Id), Text(run.DefinitionId), Text(run.DefinitionVersionId), Value(run.Version), Text(run.WorkflowName),
            Text(run.Name), Text(run.CorrelationId), Text(run.Status), Text(run.SubStatus), Value(run.IncidentCount),
            Value(run.CreatedAt.UtcTicks), Value(run.UpdatedAt.UtcTicks), Value(run.FinishedAt?.UtcTicks), Text(SearchText(run)),
            Value((long)batch.EventCount), Text(batch.Node), Value(batch.Epoch), Value(leaseUntil.UtcTicks), Text(run.ParentRunId));
    }

    private static NpgsqlBatchCommand UpdateRun(RunBatch batch)
    {
        var run = batch.Summary;
        return Command(
            """
            UPDATE runs SET name = $1, correlation_id = $2, search_text = $3, status = $4, sub_status = $5, incident_count = $6,
                updated_at = $7, finished_at = $8, last_sequence = $9
            WHERE id = $10 AND lease_epoch = $11 AND last_sequence = $12
            """,
            Text(run.Name), Text(run.CorrelationId), Text(SearchText(run)), Text(run.Status), Text(run.SubStatus),
            Value(run.IncidentCount), Value(run.UpdatedAt.UtcTicks), Value(run.FinishedAt?.UtcTicks),
            Value(batch.FirstSequence + batch.EventCount - 1), Text(run.Id), Value(batch.Epoch), Value(batch.FirstSequence - 1));
    }

    private static NpgsqlBatchCommand BookKeys(RunBatch batch)
    {
        // In one order everywhere: two runs that book the same keys wait for each other in line, not in a circle.
        var keys = batch.LedgerKeys.Select(k => (Scope: SqlText.Clean(k.Scope), Key: StoredKey(k.Key))).Order().ToArray();
        return Command(
            "INSERT INTO ledger_keys (scope, key) SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING",
            Value(Array.ConvertAll(keys, k => k.Scope)), Value(Array.ConvertAll(keys, k => k.Key)));
    }

    private static NpgsqlBatchCommand InsertBlobs(RunBatch batch)
    {
        var blobs = batch.Blobs.OrderBy(b => b.Hash, StringComparer.Ordinal).ToArray();
        return Command(
            "INSERT INTO blobs (hash, content) SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING",
            Value(Array.ConvertAll(blobs, b => b.Hash)), Value(Array.ConvertAll(blobs, b => b.Content.ToArray())));
    }

    private static NpgsqlBatchCommand InsertEvents(RunBatch batch) => Command(
        "INSERT INTO run_events (run_id, first_sequence, event_count, events) VALUES ($1, $2, $3, $4)",
        Text(batch.RunId), Value(batch.FirstSequence), Value(batch.EventCount), Value(batch.Events));

    private static NpgsqlBatchCommand UseInbox(RunBatch batch) => Command(
        "UPDATE run_inbox SET used = 1, payload = NULL WHERE id = ANY($1) AND run_id = $2",
        Value(batch.UsedInbox.ToArray()), Text(batch.RunId));

    private static NpgsqlBatchCommand StoreWork(RunBatch batch)
    {
        // One statement cannot touch a row twice, so only what an execution came to in the end is stored.
        var work = batch.Work.Reverse().DistinctBy(w => w.ExecutionId).ToArray();
        return Command(
            """
            INSERT INTO work_executions
                (run_id, execution_id, activity_id, node_id, type, status, attempts, started_at, finished_at, error)
            SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (run_id, execution_id) DO UPDATE SET activity_id = excluded.activity_id, node_id = excluded.node_id,
                type = excluded.type, status = excluded.status, attempts = excluded.attempts, started_at = excluded.started_at,
                finished_at = excluded.finished_at, error = excluded.error
            """,
            Text(batch.RunId), Value(Array.ConvertAll(work, w => w.ExecutionId)), Texts(work, w => w.ActivityId),
            Texts(work, w => w.NodeId), Texts(work, w => w.Type), Texts(work, w => w.Status),
            Value(Array.ConvertAll(work, w => w.Attempts)), Value(Array.ConvertAll(work, w => w.StartedAt?.UtcTicks)),
            Value(Array.ConvertAll(work, w => w.FinishedAt?.UtcTicks)), Texts(work, w => w.Error));
    }

    private static void AddBookmarks(NpgsqlBatchCommandCollection commands, RunBatch batch)
    {
        if (batch.BookmarksAdded.Count > 0)
        {
            var added = batch.BookmarksAdded.ToArray();
            commands.Add(Command(
                """
                INSERT INTO bookmarks (run_id, id, execution_id, stimulus, correlation_id)
                SELECT $1, * FROM unnest($2, $3, $4, $5) ON CONFLICT (run_id, id) DO NOTHING
                """,
                Text(batch.RunId), Texts(added, b => b.Id), Value(Array.ConvertAll(added, b => b.ExecutionId)),
                Texts(added, b => b.Stimulus), Texts(added, b => b.CorrelationId)));
        }

        if (batch.HooksAdded.Count > 0)
        {
            var hooks = batch.HooksAdded.ToArray();
            commands.Add(Command(
                """
                INSERT INTO hook_waits (run_id, bookmark_id, prefix, settings)
                SELECT $1, * FROM unnest($2, $3, $4) ON CONFLICT (run_id, bookmark_id) DO NOTHING
                """,
                Text(batch.RunId), Texts(hooks, h => h.BookmarkId), Texts(hooks, h => h.Prefix), Value(Array.ConvertAll(hooks, h => h.Settings))));
        }

        if (batch.BookmarksRemoved.Count > 0)
        {
            commands.Add(Command(
                "DELETE FROM bookmarks WHERE run_id = $1 AND id = ANY($2)",
                Text(batch.RunId), Texts(batch.BookmarksRemoved.ToArray(), id => id)));
        }
    }

    private static void AddTimers(NpgsqlBatchCommandCollection commands, RunBatch batch)
    {
        if (batch.TimersRemoved.Count > 0)
        {
            commands.Add(Command(
                "DELETE FROM timers WHERE run_id = $1 AND key = ANY($2)",
                Text(batch.RunId), Texts(batch.TimersRemoved.ToArray(), key => key)));
        }

        if (batch.TimersSet.Count > 0)
        {
            var set = batch.TimersSet.Reverse().DistinctBy(t => t.Key, StringComparer.Ordinal).ToArray();
            commands.Add(Command(
                """
                INSERT INTO timers (run_id, key, due_at) SELECT $1, * FROM unnest($2, $3)
                ON CONFLICT (run_id, key) DO UPDATE SET due_at = excluded.due_at
                """,
                Text(batch.RunId), Texts(set, t => t.Key), Value(Array.ConvertAll(set, t => t.DueAt.UtcTicks))));
        }
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };

    private static NpgsqlParameter<string?> Text(string? value) => new() { TypedValue = SqlText.CleanOrNull(value) };

    private static NpgsqlParameter<string?[]> Texts<T>(T[] rows, Func<T, string?> text) =>
        Value(Array.ConvertAll(rows, row => SqlText.CleanOrNull(text(row))));
}
