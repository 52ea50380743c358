using System.Data.Common;
using Dag.Workflows.Storage;
using Dapper;

namespace Dag.Workflows.RunLog;

/// <summary>The run log in the metadata database.</summary>
internal sealed partial class SqlRunLog : IRunLog
{
    private const string LeaseIsFree = """
        (lease_node IS NULL OR lease_node = @node OR (lease_until <= @now AND NOT EXISTS
            (SELECT 1 FROM node_leases n WHERE n.node = runs.lease_node AND n.lease_until > @now)))
        """;

    private readonly MetadataDatabase _database;
    private readonly TimeProvider _clock;
    private readonly RunLogWriter _writer;

    public SqlRunLog(MetadataDatabase database, TimeProvider clock)
    {
        _database = database;
        _clock = clock;
        _writer = database.Dialect == SqlDialect.PostgreSql ? new PostgreSqlRunLogWriter() : new SqliteRunLogWriter();
    }

    public async Task<AppendOutcome> AppendAsync(RunBatch batch, CancellationToken cancellationToken)
    {
        Check(batch);
        var leaseUntil = _clock.GetUtcNow() + batch.LeaseDuration;
        try
        {
            return await _database.WriteAsync(
                (transaction, token) => _writer.AppendAsync(transaction, batch, leaseUntil, token), cancellationToken);
        }
        catch (LedgerKeyUsedException)
        {
            return AppendOutcome.KeyUsed;
        }
    }

    public Task<bool> PostAsync(InboxMessage message, CancellationToken cancellationToken) =>
        _database.WriteAsync(async (transaction, token) => await _writer.PostAsync(transaction, [message], token) == 1, cancellationToken);

    public Task WriteSnapshotAsync(string runId, StoredSnapshot snapshot, CancellationToken cancellationToken)
    {
        // A snapshot of events that were never stored would outrank the history: it is not kept.
        const string upsert = """
            INSERT INTO run_snapshots (run_id, sequence, state)
            SELECT @runId, @Sequence, @State WHERE EXISTS (SELECT 1 FROM runs WHERE id = @runId AND last_sequence >= @Sequence)
            ON CONFLICT (run_id) DO UPDATE SET sequence = excluded.sequence, state = excluded.state
            WHERE excluded.sequence >= run_snapshots.sequence
            """;
        return ExecuteAsync(upsert, new { runId, snapshot.Sequence, snapshot.State }, cancellationToken);
    }

    public async Task<long?> AcquireLeaseAsync(string runId, string node, TimeSpan duration, CancellationToken cancellationToken) =>
        (await AcquireLeasesAsync([runId], node, duration, cancellationToken)).TryGetValue(runId, out var lease) ? lease.Epoch : null;

    public async Task<IReadOnlyDictionary<string, RunLease>> AcquireLeasesAsync(
        IReadOnlyList<string> runIds, string node, TimeSpan duration, CancellationToken cancellationToken)
    {
        var acquire = $"""
            UPDATE runs SET lease_node = @node, lease_epoch = lease_epoch + 1, lease_until = @until
            WHERE {_database.Dialect.IsIn("id", "@ids")} AND status <> 'Finished' AND {LeaseIsFree}
            RETURNING id, lease_epoch, last_sequence
            """;
        var leases = new Dictionary<string, RunLease>(runIds.Count, StringComparer.Ordinal);
        foreach (var ids in runIds.Chunk(KeysPerQuery))
        {
            var now = _clock.GetUtcNow();
            var values = new { ids, node, now = now.UtcTicks, until = (now + duration).UtcTicks };
            var taken = await _database.WriteAsync(
                (transaction, token) => transaction.Connection!.QueryAsync<(string, long, long)>(
                    new CommandDefinition(acquire, values, transaction, cancellationToken: token)),
                cancellationToken);
            foreach (var (id, epoch, lastSequence) in taken)
            {
                leases[id] = new RunLease(epoch, lastSequence);
            }
        }

        return leases;
    }

    public Task RenewLeasesAsync(string node, TimeSpan duration, CancellationToken cancellationToken)
    {
        const string renew = """
            INSERT INTO node_leases (node, lease_until) VALUES (@node, @until)
            ON CONFLICT (node) DO UPDATE SET lease_until = excluded.lease_until
            """;
        return ExecuteAsync(renew, new { node, until = (_clock.GetUtcNow() + duration).UtcTicks }, cancellationToken);
    }

    public Task ReleaseLeasesAsync(string node, CancellationToken cancellationToken)
    {
        const string release = """
            UPDATE runs SET lease_node = NULL WHERE status <> 'Finished' AND lease_node = @node;
            DELETE FROM node_leases WHERE node = @node;
            """;
        return ExecuteAsync(release, new { node }, cancellationToken);
    }

    public async Task<bool> DeleteRunAsync(string runId, CancellationToken cancellationToken) =>
        await ExecuteAsync("DELETE FROM runs WHERE id = @runId AND status = 'Finished'", new { runId }, cancellationToken) > 0;

    private static void Check(RunBatch batch)
    {
        if (batch.Summary.Id != batch.RunId)
            throw new ArgumentException($"The batch of run '{batch.RunId}' carries the summary of '{batch.Summary.Id}'.", nameof(batch));
        if (batch.EventCount < 1 || batch.FirstSequence < 1)
            throw new ArgumentException($"The batch of run '{batch.RunId}' holds no events, or starts before number 1.", nameof(batch));
        if (batch.FirstSequence == 1 && batch.Epoch != 1)
            throw new ArgumentException($"The first batch of run '{batch.RunId}' must have epoch 1, not {batch.Epoch}.", nameof(batch));
    }

    private Task<int> ExecuteAsync(string sql, object values, CancellationToken cancellationToken) => _database.WriteAsync(
        (transaction, token) => transaction.Connection!.ExecuteAsync(
            new CommandDefinition(sql, values, transaction, cancellationToken: token)),
        cancellationToken);

    private Task<List<T>> QueryAsync<T>(string sql, object values, CancellationToken cancellationToken) => _database.ReadAsync(
        (connection, token) => QueryAsync<T>(connection, sql, values, token), cancellationToken);

    private static async Task<List<T>> QueryAsync<T>(
        DbConnection connection, string sql, object values, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<T>(new CommandDefinition(sql, values, cancellationToken: cancellationToken))).AsList();
}
