using System.Text.Json;
using Dag.Workflows.Storage;
using Dapper;

namespace Dag.Activities.Quality;

/// <summary>The reports of checks, by dataset version. Safe to share between threads and processes.</summary>
internal sealed class CheckReports(MetadataDatabase database)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The scripts that make the tables of this family.</summary>
    public static MigrationSource Migrations { get; } = new("quality", typeof(CheckReports).Assembly, typeof(CheckReports).Namespace);

    /// <summary>Keeps a report in the place of one with the same key.</summary>
    public Task SaveAsync(CheckReport report, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) => await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO dataset_checks (idempotency_key, dataset, version, checked_at, report)
            VALUES (@Key, @Dataset, @Version, @CheckedAt, @Report)
            ON CONFLICT (idempotency_key) DO UPDATE SET
                dataset = excluded.dataset, version = excluded.version, checked_at = excluded.checked_at, report = excluded.report
            """,
            new
            {
                Key = report.IdempotencyKey,
                report.Dataset.Dataset,
                report.Dataset.Version,
                CheckedAt = report.CheckedAt.UtcTicks,
                Report = JsonSerializer.Serialize(report, Json),
            },
            transaction,
            cancellationToken: token)),
        cancellationToken);

    /// <summary>The reports of a dataset version, the latest first.</summary>
    public Task<IReadOnlyList<CheckReport>> ListAsync(string dataset, int version, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<CheckReport>>(
            async (connection, token) => [.. (await connection.QueryAsync<string>(new CommandDefinition(
                "SELECT report FROM dataset_checks WHERE dataset = @dataset AND version = @version " +
                "ORDER BY checked_at DESC, idempotency_key DESC LIMIT @limit",
                new { dataset, version, limit },
                cancellationToken: token))).Select(r => JsonSerializer.Deserialize<CheckReport>(r, Json)!)],
            cancellationToken);
}
