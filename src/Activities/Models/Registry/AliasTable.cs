using System.Data.Common;
using System.Text.Json;
using Dag.Workflows.Storage;
using Dapper;

namespace Dag.Activities.Models;

/// <summary>The tables of aliases and of their moves.</summary>
internal sealed class AliasTable(MetadataDatabase database)
{
    /// <summary>Where the aliases of a model point.</summary>
    public Task<IReadOnlyDictionary<string, int>> AllAsync(string model, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<string, int>>(
            async (connection, token) =>
            {
                var rows = await connection.QueryAsync<(string Alias, long Version)>(new CommandDefinition(
                    "SELECT alias, CAST(version AS bigint) FROM model_aliases WHERE model = @model",
                    new { model }, cancellationToken: token));
                return rows.ToDictionary(r => r.Alias, r => (int)r.Version, StringComparer.Ordinal);
            },
            cancellationToken);

    public Task<IReadOnlyList<AliasMove>> HistoryAsync(string model, string alias, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<AliasMove>>(
            async (connection, token) => [.. (await connection.QueryAsync<string>(new CommandDefinition(
                "SELECT content FROM model_alias_moves WHERE model = @model AND alias = @alias ORDER BY move DESC LIMIT @limit",
                new { model, alias, limit }, cancellationToken: token))).Select(Read)],
            cancellationToken);

    public Task<AliasMove?> FindByKeyAsync(string model, string alias, string key, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (connection, token) => ByKeyAsync(connection, null, new { Model = model, Alias = alias, IdempotencyKey = key }, token),
            cancellationToken);

    /// <summary>
    /// Moves an alias and books the move. Refuses (null) when the alias does not point to the version before any more; gives the first
    /// move when the key has been used.
    /// </summary>
    public Task<AliasMove?> MoveAsync(AliasMove move, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (transaction, token) =>
            {
                await ModelLock.TakeAsync(database, transaction, move.Model, token);
                var connection = transaction.Connection!;
                if (await ByKeyAsync(connection, transaction, move, token) is { } first)
                {
                    return first;
                }

                var current = await connection.ExecuteScalarAsync<int?>(new CommandDefinition(
                    "SELECT version FROM model_aliases WHERE model = @Model AND alias = @Alias",
                    move, transaction, cancellationToken: token));
                return current == move.VersionBefore ? await BookAsync(transaction, move, token) : null;
            },
            cancellationToken);

    private static async Task<AliasMove?> BookAsync(DbTransaction transaction, AliasMove move, CancellationToken token)
    {
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO model_alias_moves (model, alias, move, version_before, version, idempotency_key, moved_at, content)
            SELECT @Model, @Alias, coalesce(max(move), 0) + 1, @VersionBefore, @Version, @IdempotencyKey, @At, @Content
            FROM model_alias_moves WHERE model = @Model AND alias = @Alias;
            INSERT INTO model_aliases (model, alias, version, moved_at) VALUES (@Model, @Alias, @Version, @At)
            ON CONFLICT (model, alias) DO UPDATE SET version = excluded.version, moved_at = excluded.moved_at;
            """,
            new
            {
                move.Model,
                move.Alias,
                move.VersionBefore,
                move.Version,
                move.IdempotencyKey,
                At = move.MovedAt.UtcTicks,
                Content = JsonSerializer.Serialize(move, ModelJson.Options),
            },
            transaction,
            cancellationToken: token));
        return move;
    }

    private static async Task<AliasMove?> ByKeyAsync(
        DbConnection connection, DbTransaction? transaction, object parameters, CancellationToken token) =>
        await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            "SELECT content FROM model_alias_moves WHERE model = @Model AND alias = @Alias AND idempotency_key = @IdempotencyKey",
            parameters, transaction, cancellationToken: token)) is { } content ? Read(content) : null;

    private static AliasMove Read(string content) => JsonSerializer.Deserialize<AliasMove>(content, ModelJson.Options)!;
}
