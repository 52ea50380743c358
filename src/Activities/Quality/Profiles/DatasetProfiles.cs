using System.Text.Json;
using Dag.Activities.Lake;
using Dag.Workflows.Storage;
using Dapper;

namespace Dag.Activities.Quality;

/// <summary>The profiles, one for each dataset version. Safe to share between threads and processes.</summary>
internal sealed class DatasetProfiles(MetadataDatabase database)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Keeps a profile in the place of an earlier one of the version.</summary>
    public Task SaveAsync(DatasetProfile profile, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) => await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO dataset_profiles (dataset, version, profiled_at, profile) VALUES (@Dataset, @Version, @ProfiledAt, @Profile)
            ON CONFLICT (dataset, version) DO UPDATE SET profiled_at = excluded.profiled_at, profile = excluded.profile
            """,
            new
            {
                profile.Dataset.Dataset,
                profile.Dataset.Version,
                ProfiledAt = profile.ProfiledAt.UtcTicks,
                Profile = JsonSerializer.Serialize(profile, Json),
            },
            transaction,
            cancellationToken: token)),
        cancellationToken);

    /// <summary>The profile of a version; null when it has none.</summary>
    public Task<DatasetProfile?> FindAsync(string dataset, int version, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, token) => await connection.ExecuteScalarAsync<string>(new CommandDefinition(
            "SELECT profile FROM dataset_profiles WHERE dataset = @dataset AND version = @version", new { dataset, version }, cancellationToken: token))
            is { } profile ? JsonSerializer.Deserialize<DatasetProfile>(profile, Json) : null,
        cancellationToken);

    /// <summary>The profile of the latest version before this one that has one; null when none has.</summary>
    public Task<DatasetProfile?> FindBeforeAsync(DatasetReference dataset, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, token) => await connection.ExecuteScalarAsync<string>(new CommandDefinition(
            "SELECT profile FROM dataset_profiles WHERE dataset = @Dataset AND version < @Version ORDER BY version DESC LIMIT 1", dataset, cancellationToken: token))
            is { } profile ? JsonSerializer.Deserialize<DatasetProfile>(profile, Json) : null,
        cancellationToken);
}
