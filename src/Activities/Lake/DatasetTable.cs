using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dag.Workflows.Storage;
using Dapper;

namespace Dag.Activities.Lake;

/// <summary>The table that makes versions visible.</summary>
internal sealed class DatasetTable(MetadataDatabase database)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public Task<DatasetVersion?> FindAsync(DatasetReference reference, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (connection, token) => ReadVersion(
                connection,
                "SELECT manifest FROM dataset_versions WHERE dataset = @Dataset AND (@Version IS NULL OR version = @Version) " +
                "ORDER BY version DESC LIMIT 1",
                new { reference.Dataset, reference.Version },
                token),
            cancellationToken);

    public Task<DatasetVersion?> FindByKeyAsync(string dataset, string key, CancellationToken cancellationToken) =>
        database.ReadAsync((connection, token) => ByKey(connection, null, dataset, key, token), cancellationToken);

    public Task<IReadOnlyList<DatasetVersion>> ListVersionsAsync(string dataset, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<DatasetVersion>>(
            async (connection, token) =>
            {
                var manifests = await connection.QueryAsync<string>(new CommandDefinition(
                    "SELECT manifest FROM dataset_versions WHERE dataset = @dataset ORDER BY version DESC LIMIT @limit",
                    new { dataset, limit },
                    cancellationToken: token));
                return [.. manifests.Select(Read)];
            },
            cancellationToken);

    public Task<IReadOnlyList<DatasetSummary>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<DatasetSummary>>(
            async (connection, token) =>
            {
                const string Sql = """
                    SELECT v.dataset, v.version, a.versions, v.row_count, v.byte_count, v.created_at
                    FROM dataset_versions v
                    JOIN (SELECT dataset, max(version) AS latest, count(*) AS versions FROM dataset_versions GROUP BY dataset) a
                      ON a.dataset = v.dataset AND a.latest = v.version
                    ORDER BY v.dataset
                    """;
                await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(Sql, cancellationToken: token));
                var summaries = new List<DatasetSummary>();
                while (await reader.ReadAsync(token))
                {
                    summaries.Add(new DatasetSummary(
                        reader.GetString(0), (int)reader.GetInt64(1), (int)reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
                        new DateTimeOffset(reader.GetInt64(5), TimeSpan.Zero)));
                }

                return summaries;
            },
            cancellationToken);

    /// <summary>
    /// Makes a version visible. Refuses (null) when another version was published since <paramref name="latest"/> was read; gives the
    /// first version when the key has been used.
    /// </summary>
    public Task<DatasetVersion?> InsertAsync(DatasetVersion version, int? latest, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (transaction, token) =>
            {
                var connection = transaction.Connection!;
                if (database.Dialect == SqlDialect.PostgreSql)
                {
                    // SQLite has one writer; here two publishers of a dataset would not see each other's row.
                    await connection.ExecuteAsync(new CommandDefinition(
                        "SELECT pg_advisory_xact_lock(hashtextextended(@Dataset, 0))", version, transaction, cancellationToken: token));
                }

                if (await ByKey(connection, transaction, version.Dataset, version.IdempotencyKey, token) is { } first)
                {
                    return first;
                }

                var newest = await connection.ExecuteScalarAsync<int?>(new CommandDefinition(
                    "SELECT max(version) FROM dataset_versions WHERE dataset = @Dataset", version, transaction, cancellationToken: token));
                if (newest != latest)
                {
                    return null;
                }

                await connection.ExecuteAsync(new CommandDefinition(
                    """
                    INSERT INTO dataset_versions (dataset, version, idempotency_key, run_id, row_count, byte_count, created_at, manifest)
                    VALUES (@Dataset, @Version, @IdempotencyKey, @RunId, @Rows, @Bytes, @CreatedAt, @Manifest)
                    """,
                    new
                    {
                        version.Dataset,
                        version.Version,
                        version.IdempotencyKey,
                        version.RunId,
                        version.Rows,
                        version.Bytes,
                        CreatedAt = version.CreatedAt.UtcTicks,
                        Manifest = JsonSerializer.Serialize(version, Json),
                    },
                    transaction,
                    cancellationToken: token));
                return version;
            },
            cancellationToken);

    public Task<IReadOnlySet<(string Dataset, string Version)>> AllAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlySet<(string, string)>>(
            async (connection, token) =>
            {
                await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(
                    "SELECT dataset, version FROM dataset_versions", cancellationToken: token));
                var all = new HashSet<(string, string)>();
                while (await reader.ReadAsync(token))
                {
                    all.Add((reader.GetString(0), reader.GetInt64(1).ToString(CultureInfo.InvariantCulture)));
                }

                return all;
            },
            cancellationToken);

    private static Task<DatasetVersion?> ByKey(
        DbConnection connection, DbTransaction? transaction, string dataset, string key, CancellationToken cancellationToken) =>
        ReadVersion(
            connection,
            "SELECT manifest FROM dataset_versions WHERE dataset = @dataset AND idempotency_key = @key",
            new { dataset, key },
            cancellationToken,
            transaction);

    private static async Task<DatasetVersion?> ReadVersion(
        DbConnection connection, string sql, object parameters, CancellationToken cancellationToken, DbTransaction? transaction = null) =>
        await connection.ExecuteScalarAsync<string>(
            new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken)) is { } manifest
            ? Read(manifest)
            : null;

    private static DatasetVersion Read(string manifest) => JsonSerializer.Deserialize<DatasetVersion>(manifest, Json)!;
}
