using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dag.Workflows.Storage;
using Dapper;

namespace Dag.Activities.Models;

/// <summary>The table that makes versions of models visible.</summary>
internal sealed class VersionTable(MetadataDatabase database)
{
    /// <summary>A version: this one, or the latest when it is null.</summary>
    public Task<ModelVersion?> FindAsync(string model, int? version, CancellationToken cancellationToken) => version is null
        ? FirstAsync(
            "SELECT manifest FROM model_versions WHERE model = @model ORDER BY version DESC LIMIT 1", new { model }, cancellationToken)
        : FirstAsync(
            "SELECT manifest FROM model_versions WHERE model = @model AND version = @version", new { model, version }, cancellationToken);

    public Task<ModelVersion?> FindByKeyAsync(string model, string key, CancellationToken cancellationToken) =>
        FirstAsync(
            "SELECT manifest FROM model_versions WHERE model = @model AND idempotency_key = @key", new { model, key }, cancellationToken);

    public Task<IReadOnlyList<ModelVersion>> ListAsync(string model, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ModelVersion>>(
            async (connection, token) => [.. (await connection.QueryAsync<string>(new CommandDefinition(
                "SELECT manifest FROM model_versions WHERE model = @model ORDER BY version DESC LIMIT @limit",
                new { model, limit }, cancellationToken: token))).Select(Read)],
            cancellationToken);

    /// <summary>All models with their latest versions and how many they have.</summary>
    public Task<IReadOnlyList<(string Model, int Latest, int Versions)>> ModelsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<(string, int, int)>>(
            async (connection, token) =>
            {
                await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(
                    "SELECT model, max(version), count(*) FROM model_versions GROUP BY model ORDER BY model", cancellationToken: token));
                var models = new List<(string, int, int)>();
                while (await reader.ReadAsync(token))
                {
                    models.Add((
                        reader.GetString(0),
                        Convert.ToInt32(reader.GetValue(1), CultureInfo.InvariantCulture),
                        Convert.ToInt32(reader.GetValue(2), CultureInfo.InvariantCulture)));
                }

                return models;
            },
            cancellationToken);

    /// <summary>
    /// Makes a version visible. Refuses (null) when its number is taken; gives the first version when the key has been used.
    /// </summary>
    public Task<ModelVersion?> InsertAsync(ModelVersion version, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (transaction, token) =>
            {
                await ModelLock.TakeAsync(database, transaction, version.Model, token);
                var existing = await ScalarAsync(
                    transaction,
                    "SELECT manifest FROM model_versions WHERE model = @Model AND idempotency_key = @IdempotencyKey",
                    version,
                    token);
                if (existing is not null)
                {
                    return Read(existing);
                }

                var taken = await ScalarAsync(
                    transaction,
                    "SELECT manifest FROM model_versions WHERE model = @Model AND version >= @Version LIMIT 1",
                    version,
                    token);
                return taken is null ? await InsertAsync(transaction, version, token) : null;
            },
            cancellationToken);

    private static async Task<ModelVersion?> InsertAsync(DbTransaction transaction, ModelVersion version, CancellationToken token)
    {
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO model_versions
                (model, version, idempotency_key, algorithm, dataset, dataset_version, run_id, created_at, manifest)
            VALUES (@Model, @Version, @IdempotencyKey, @Algorithm, @Dataset, @DatasetVersion, @RunId, @CreatedAt, @Manifest)
            """,
            new
            {
                version.Model,
                version.Version,
                version.IdempotencyKey,
                version.Algorithm,
                version.Dataset.Dataset,
                DatasetVersion = version.Dataset.Version,
                version.RunId,
                CreatedAt = version.CreatedAt.UtcTicks,
                Manifest = JsonSerializer.Serialize(version, ModelJson.Options),
            },
            transaction,
            cancellationToken: token));
        return version;
    }

    private static async Task<string?> ScalarAsync(DbTransaction transaction, string sql, ModelVersion version, CancellationToken token) =>
        await transaction.Connection!.ExecuteScalarAsync<string?>(new CommandDefinition(
            sql, new { version.Model, version.Version, version.IdempotencyKey }, transaction, cancellationToken: token));

    private Task<ModelVersion?> FirstAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (connection, token) => await connection.ExecuteScalarAsync<string?>(
                new CommandDefinition(sql, parameters, cancellationToken: token)) is { } manifest ? Read(manifest) : null,
            cancellationToken);

    private static ModelVersion Read(string manifest) => JsonSerializer.Deserialize<ModelVersion>(manifest, ModelJson.Options)!;
}
