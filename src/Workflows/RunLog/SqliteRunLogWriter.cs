using System.Data.Common;
using Dag.Workflows.Storage;
using Microsoft.Data.Sqlite;

namespace Dag.Workflows.RunLog;

/// <summary>Appends on SQLite: many small statements, compiled once, which cost a few microseconds each.</summary>
internal sealed class SqliteRunLogWriter : RunLogWriter
{
    public override Task<AppendOutcome> AppendAsync(
        DbTransaction transaction, RunBatch batch, DateTimeOffset leaseUntil, CancellationToken cancellationToken)
    {
        var session = (SqliteSession)transaction.Connection!;
        if (batch.Activation is { } rule && IsBlocked((SqliteTransaction)transaction, rule))
            return Task.FromResult(AppendOutcome.Refused);

        var held = batch.FirstSequence == 1 ? InsertRun(session, batch, leaseUntil) : UpdateRun(session, batch);
        if (!held)
            return Task.FromResult(AppendOutcome.Superseded);

        BookKeys(session, batch);
        UseOutbox(session, batch);
        InsertBlobs(session, batch);
        InsertEvents(session, batch);
        UseInbox(session, batch);
        StoreWork(session, batch);
        StoreBookmarks(session, batch);
        StoreTimers(session, batch);
        AddToOutbox(session, batch.Node, batch.RunId, batch.Outbox);
        Post(session, batch.Messages);
        return Task.FromResult(AppendOutcome.Appended);
    }

    public override Task<int> PostAsync(DbTransaction transaction, IReadOnlyList<InboxMessage> messages, CancellationToken cancellationToken) =>
        Task.FromResult(Post((SqliteSession)transaction.Connection!, messages));

    public override Task AddToOutboxAsync(
        DbTransaction transaction, string node, string? runId, IReadOnlyList<OutboxMessage> messages, CancellationToken cancellationToken)
    {
        AddToOutbox((SqliteSession)transaction.Connection!, node, runId, messages);
        return Task.CompletedTask;
    }

    private static int Post(SqliteSession session, IReadOnlyList<InboxMessage> messages)
    {
        var posted = 0;
        foreach (var message in messages)
        {
            var insert = session.Statement("""
                INSERT INTO run_inbox (run_id, key, kind, payload)
                SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM runs WHERE id = ?1 AND status <> 'Finished')
                ON CONFLICT (run_id, key) DO NOTHING
                """);
            insert.Bind(1, message.RunId);
            insert.Bind(2, message.Key);
            insert.Bind(3, message.Kind);
            insert.Bind(4, message.Payload.AsSpan());
            posted += insert.Execute();
        }

        return posted;
    }

    private static void AddToOutbox(SqliteSession session, string node, string? runId, IReadOnlyList<OutboxMessage> messages)
    {
        foreach (var message in messages)
        {
            var insert = session.Statement("INSERT INTO run_outbox (node, run_id, execution_id, kind, payload) VALUES (?1, ?2, ?3, ?4, ?5)");
            insert.Bind(1, node);
            insert.Bind(2, runId);
            insert.Bind(3, message.ExecutionId);
            insert.Bind(4, message.Kind);
            insert.Bind(5, message.Payload.AsSpan());
            insert.Execute();
        }
    }

    private static void UseOutbox(SqliteSession session, RunBatch batch)
    {
        foreach (var execution in batch.OutboxDropped)
        {
            var drop = session.Statement("DELETE FROM run_outbox WHERE run_id = ?1 AND execution_id = ?2");
            drop.Bind(1, batch.RunId);
            drop.Bind(2, execution);
            drop.Execute();
        }

        if (batch.FromOutbox is { } id)
        {
            var use = session.Statement("DELETE FROM run_outbox WHERE id = ?1");
            use.Bind(1, id);
            if (use.Execute() == 0)
                throw new LedgerKeyUsedException();
        }
    }

    private static bool IsBlocked(SqliteTransaction transaction, ActivationRule rule)
    {
        using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"SELECT EXISTS (SELECT 1 FROM runs WHERE {Condition(rule, "$definition", "$correlation")})";
        command.Parameters.AddWithValue("$definition", (object?)rule.DefinitionId ?? DBNull.Value);
        command.Parameters.AddWithValue("$correlation", (object?)rule.CorrelationId ?? DBNull.Value);
        return (long)command.ExecuteScalar()! == 1;
    }

    private static bool InsertRun(SqliteSession session, RunBatch batch, DateTimeOffset leaseUntil)
    {
        var run = batch.Summary;
        var insert = session.Statement("""
            INSERT INTO runs (id, definition_id, definition_version_id, version, workflow_name, name, correlation_id, status, sub_status,
                incident_count, created_at, updated_at, finished_at, search_text, last_sequence, lease_node, lease_epoch, lease_until,
                parent_run_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
            ON CONFLICT (id) DO NOTHING
            """);
        insert.Bind(1, run.Id);
        insert.Bind(2, run.DefinitionId);
        insert.Bind(3, run.DefinitionVersionId);
        insert.Bind(4, run.Version);
        insert.Bind(5, run.WorkflowName);
        insert.Bind(6, run.Name);
        insert.Bind(7, run.CorrelationId);
        insert.Bind(8, run.Status);
        insert.Bind(9, run.SubStatus);
        insert.Bind(10, run.IncidentCount);
        insert.Bind(11, run.CreatedAt);
        insert.Bind(12, run.UpdatedAt);
        insert.Bind(13, run.FinishedAt);
        insert.Bind(14, SearchText(run));
        insert.Bind(15, batch.EventCount);
        insert.Bind(16, batch.Node);
        insert.Bind(17, batch.Epoch);
        insert.Bind(18, leaseUntil);
        insert.Bind(19, run.ParentRunId);
        return insert.Execute() == 1;
    }

    private static bool UpdateRun(SqliteSession session, RunBatch batch)
    {
        var run = batch.Summary;
        var update = session.Statement("""
            UPDATE runs SET status = ?1, sub_status = ?2, incident_count = ?3, updated_at = ?4, finished_at = ?5, last_sequence = ?6
            WHERE id = ?7 AND lease_epoch = ?8 AND last_sequence = ?9
            """);
        update.Bind(1, run.Status);
        update.Bind(2, run.SubStatus);
        update.Bind(3, run.IncidentCount);
        update.Bind(4, run.UpdatedAt);
        update.Bind(5, run.FinishedAt);
        update.Bind(6, batch.FirstSequence + batch.EventCount - 1);
        update.Bind(7, run.Id);
        update.Bind(8, batch.Epoch);
        update.Bind(9, batch.FirstSequence - 1);
        if (update.Execute() == 0)
            return false;

        // The names are in the index that searching uses, and hardly ever change: only then is it written.
        var rename = session.Statement("""
            UPDATE runs SET name = ?2, correlation_id = ?3, search_text = ?4
            WHERE id = ?1 AND (name IS NOT ?2 OR correlation_id IS NOT ?3)
            """);
        rename.Bind(1, run.Id);
        rename.Bind(2, run.Name);
        rename.Bind(3, run.CorrelationId);
        rename.Bind(4, SearchText(run));
        rename.Execute();
        return true;
    }

    private static void BookKeys(SqliteSession session, RunBatch batch)
    {
        foreach (var key in batch.LedgerKeys)
        {
            var insert = session.Statement("INSERT INTO ledger_keys (scope, key) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
            insert.Bind(1, key.Scope);
            insert.Bind(2, StoredKey(key.Key));
            if (insert.Execute() == 0)
                throw new LedgerKeyUsedException();
        }
    }

    private static void InsertBlobs(SqliteSession session, RunBatch batch)
    {
        foreach (var blob in batch.Blobs)
        {
            var insert = session.Statement("INSERT INTO blobs (hash, content) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
            insert.Bind(1, blob.Hash);
            insert.Bind(2, blob.Content.Span);
            insert.Execute();
        }
    }

    private static void InsertEvents(SqliteSession session, RunBatch batch)
    {
        var insert = session.Statement("INSERT INTO run_events (run_id, first_sequence, event_count, events) VALUES (?1, ?2, ?3, ?4)");
        insert.Bind(1, batch.RunId);
        insert.Bind(2, batch.FirstSequence);
        insert.Bind(3, batch.EventCount);
        insert.Bind(4, batch.Events.Span);
        insert.Execute();
    }

    private static void UseInbox(SqliteSession session, RunBatch batch)
    {
        foreach (var id in batch.UsedInbox)
        {
            var use = session.Statement("UPDATE run_inbox SET used = 1, payload = NULL WHERE id = ?1 AND run_id = ?2");
            use.Bind(1, id);
            use.Bind(2, batch.RunId);
            use.Execute();
        }
    }

    private static void StoreWork(SqliteSession session, RunBatch batch)
    {
        foreach (var work in batch.Work)
        {
            var upsert = session.Statement("""
                INSERT INTO work_executions
                    (run_id, execution_id, activity_id, node_id, type, status, attempts, started_at, finished_at, error)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                ON CONFLICT (run_id, execution_id) DO UPDATE SET activity_id = excluded.activity_id, node_id = excluded.node_id,
                    type = excluded.type, status = excluded.status, attempts = excluded.attempts, started_at = excluded.started_at,
                    finished_at = excluded.finished_at, error = excluded.error
                """);
            upsert.Bind(1, batch.RunId);
            upsert.Bind(2, work.ExecutionId);
            upsert.Bind(3, work.ActivityId);
            upsert.Bind(4, work.NodeId);
            upsert.Bind(5, work.Type);
            upsert.Bind(6, work.Status);
            upsert.Bind(7, work.Attempts);
            upsert.Bind(8, work.StartedAt);
            upsert.Bind(9, work.FinishedAt);
            upsert.Bind(10, work.Error);
            upsert.Execute();
        }
    }

    private static void StoreBookmarks(SqliteSession session, RunBatch batch)
    {
        foreach (var bookmark in batch.BookmarksAdded)
        {
            var insert = session.Statement("""
                INSERT INTO bookmarks (run_id, id, execution_id, stimulus, correlation_id) VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT (run_id, id) DO NOTHING
                """);
            insert.Bind(1, batch.RunId);
            insert.Bind(2, bookmark.Id);
            insert.Bind(3, bookmark.ExecutionId);
            insert.Bind(4, bookmark.Stimulus);
            insert.Bind(5, bookmark.CorrelationId);
            insert.Execute();
        }

        foreach (var hook in batch.HooksAdded)
        {
            var insert = session.Statement("""
                INSERT INTO hook_waits (run_id, bookmark_id, prefix, settings) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (run_id, bookmark_id) DO NOTHING
                """);
            insert.Bind(1, batch.RunId);
            insert.Bind(2, hook.BookmarkId);
            insert.Bind(3, hook.Prefix);
            insert.Bind(4, hook.Settings.AsSpan());
            insert.Execute();
        }

        foreach (var id in batch.BookmarksRemoved)
        {
            var delete = session.Statement("DELETE FROM bookmarks WHERE run_id = ?1 AND id = ?2");
            delete.Bind(1, batch.RunId);
            delete.Bind(2, id);
            delete.Execute();
        }
    }

    private static void StoreTimers(SqliteSession session, RunBatch batch)
    {
        foreach (var key in batch.TimersRemoved)
        {
            var delete = session.Statement("DELETE FROM timers WHERE run_id = ?1 AND key = ?2");
            delete.Bind(1, batch.RunId);
            delete.Bind(2, key);
            delete.Execute();
        }

        foreach (var timer in batch.TimersSet)
        {
            var upsert = session.Statement("""
                INSERT INTO timers (run_id, key, due_at) VALUES (?1, ?2, ?3)
                ON CONFLICT (run_id, key) DO UPDATE SET due_at = excluded.due_at
                """);
            upsert.Bind(1, batch.RunId);
            upsert.Bind(2, timer.Key);
            upsert.Bind(3, timer.DueAt);
            upsert.Execute();
        }
    }
}
