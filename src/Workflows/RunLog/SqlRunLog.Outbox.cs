using System.Data.Common;
using Dag.Workflows.Storage;
using Dapper;

namespace Dag.Workflows.RunLog;

/// <summary>What runs do to others, and what keeps them from starting.</summary>
internal sealed partial class SqlRunLog
{
    public async Task<IReadOnlyList<StoredOutboxMessage>> ReadOutboxAsync(string node, int limit, CancellationToken cancellationToken)
    {
        // Those of a node that is gone are everybody's.
        const string select = """
            SELECT o.id AS Id, o.run_id AS RunId, o.execution_id AS ExecutionId, o.kind AS Kind, o.payload AS Payload FROM run_outbox o
            WHERE o.node = @node OR NOT EXISTS (SELECT 1 FROM node_leases n WHERE n.node = o.node AND n.lease_until > @now)
            ORDER BY o.id LIMIT @limit
            """;
        var rows = await QueryAsync<OutboxRow>(select, new { node, now = _clock.GetUtcNow().UtcTicks, limit }, cancellationToken);
        return rows.ConvertAll(r => new StoredOutboxMessage(r.Id, r.RunId, r.ExecutionId, r.Kind, r.Payload));
    }

    public Task<bool> CloseOutboxAsync(long id, InboxMessage? message, CancellationToken cancellationToken) => _database.WriteAsync(
        async (transaction, token) =>
        {
            if (await DeleteAsync(transaction, id, token) == 0)
                return false;

            if (message is not null)
                await _writer.PostAsync(transaction, [message], token);
            return true;
        },
        cancellationToken);

    public Task<PostedEvent?> DeliverAsync(EventPosting posting, CancellationToken cancellationToken) =>
        _database.WriteAsync<PostedEvent?>(
            async (transaction, token) =>
            {
                if (posting.FromOutbox is { } id && await DeleteAsync(transaction, id, token) == 0)
                    return null;

                var waiting = await FindBookmarksAsync(transaction.Connection!, transaction, posting.Stimulus, posting.CorrelationId, posting.RunId, token);
                var told = await _writer.PostAsync(transaction, waiting.ConvertAll(b => posting.MessageTo(b)), token);
                await _writer.AddToOutboxAsync(transaction, posting.Node, null, posting.Starts, token);
                return new PostedEvent(told, [.. waiting.Select(b => b.RunId).Distinct()]);
            },
            cancellationToken);

    public async Task<RunBlocker?> FindBlockerAsync(ActivationRule rule, CancellationToken cancellationToken)
    {
        var condition = RunLogWriter.Condition(rule, "@DefinitionId", "@correlationId");
        var values = new { rule.DefinitionId, correlationId = SqlText.CleanOrNull(rule.CorrelationId) };
        var runs = await QueryAsync<RunRow>($"{SelectRun} WHERE {condition} ORDER BY created_at, id LIMIT 1", values, cancellationToken);
        if (runs is not [var row])
            return null;

        var run = row.ToSummary();
        var stimuli = await QueryAsync<string>(
            "SELECT DISTINCT stimulus FROM bookmarks WHERE run_id = @Id ORDER BY stimulus LIMIT 10", new { run.Id }, cancellationToken);
        var timers = await QueryAsync<long?>("SELECT MIN(due_at) FROM timers WHERE run_id = @Id", new { run.Id }, cancellationToken);
        return new RunBlocker(run, Time(timers[0]), stimuli);
    }

    private static Task<int> DeleteAsync(DbTransaction transaction, long id, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(
            new CommandDefinition("DELETE FROM run_outbox WHERE id = @id", new { id }, transaction, cancellationToken: cancellationToken));

    private sealed class OutboxRow
    {
        public long Id { get; init; }

        public string? RunId { get; init; }

        public long? ExecutionId { get; init; }

        public required string Kind { get; init; }

        public byte[] Payload { get; init; } = [];
    }
}
