using System.Data.Common;
using Dag.Workflows.Storage;
using Dapper;

namespace Dag.Workflows.Catalog;

/// <summary>Workflow definitions in the metadata database.</summary>
internal sealed partial class SqlDefinitionStore(MetadataDatabase database) : IDefinitionStore
{
    public Task<StoredDefinition> SaveAsync(DefinitionDraft draft, bool publish, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (transaction, token) =>
            {
                await LockAsync(transaction, draft.DefinitionId, token);
                await CheckAsync(transaction, draft, token);
                await StoreAsync(transaction, draft, editor: null, token);
                await MarkLatestAsync(transaction, draft.DefinitionId, token);
                if (publish)
                    await MarkPublishedAsync(transaction, draft.Id, draft.DefinitionId, token);
                var stored = await FindAsync(transaction.Connection!, transaction, "d.id = @Id", new { draft.Id }, token);
                return stored!;
            },
            cancellationToken);

    public Task<bool> PublishAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            if (await LockVersionAsync(transaction, id, token) is not { } definitionId)
                return false;

            await MarkPublishedAsync(transaction, id, definitionId, token);
            return true;
        },
        cancellationToken);

    public Task<bool> RetractAsync(string definitionId, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            await LockAsync(transaction, definitionId, token);
            return await UnpublishAsync(transaction, definitionId, token) > 0;
        },
        cancellationToken);

    public Task<int> DeleteAsync(string definitionId, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            await LockAsync(transaction, definitionId, token);
            const string delete = "DELETE FROM workflow_definitions WHERE definition_id = @definitionId";
            return await ExecuteAsync(transaction, delete, new { definitionId }, token);
        },
        cancellationToken);

    public Task<bool> DeleteVersionAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            if (await LockVersionAsync(transaction, id, token) is not { } definitionId)
                return false;

            await ExecuteAsync(transaction, "DELETE FROM workflow_definitions WHERE id = @id", new { id }, token);
            await MarkLatestAsync(transaction, definitionId, token);
            return true;
        },
        cancellationToken);

    // Nodes that change one workflow take turns; on SQLite the one writer sees to that.
    private async Task LockAsync(DbTransaction transaction, string definitionId, CancellationToken cancellationToken)
    {
        if (database.Dialect == SqlDialect.PostgreSql)
        {
            const string take = "SELECT pg_advisory_xact_lock(hashtextextended('workflow ' || @definitionId, 0))";
            await ExecuteAsync(transaction, take, new { definitionId }, cancellationToken);
        }
    }

    private async Task<string?> LockVersionAsync(DbTransaction transaction, string id, CancellationToken cancellationToken)
    {
        const string select = "SELECT definition_id FROM workflow_definitions WHERE id = @id";
        var definitionId = await ScalarAsync<string>(transaction, select, new { id }, cancellationToken);
        if (definitionId is null)
            return null;

        await LockAsync(transaction, definitionId, cancellationToken);

        // It may have been deleted while this waited.
        return await ScalarAsync<string>(transaction, select, new { id }, cancellationToken);
    }

    private static async Task CheckAsync(DbTransaction transaction, DefinitionDraft draft, CancellationToken cancellationToken)
    {
        const string select = """
            SELECT id AS Id, definition_id AS DefinitionId, version AS Version, is_published AS IsPublished FROM workflow_definitions
            WHERE id = @Id OR (definition_id = @DefinitionId AND version = @Version)
            """;
        var command = new CommandDefinition(select, draft, transaction, cancellationToken: cancellationToken);
        foreach (var row in await transaction.Connection!.QueryAsync<PlaceRow>(command))
        {
            if (row.Id != draft.Id)
            {
                throw new DefinitionConflictException(
                    $"Version {draft.Version} of workflow '{draft.DefinitionId}' is there already, under the id '{row.Id}': load it " +
                    "again and save over it, or save under the next number.");
            }

            if (row.DefinitionId != draft.DefinitionId)
            {
                throw new DefinitionConflictException(
                    $"The version id '{draft.Id}' belongs to workflow '{row.DefinitionId}': give the version of '{draft.DefinitionId}' " +
                    "an id of its own.");
            }

            if (row.IsPublished == 1)
            {
                throw new DefinitionConflictException(
                    $"Version {row.Version} of workflow '{draft.DefinitionId}' is published and does not change: save version " +
                    $"{row.Version + 1}, or retract the workflow first.");
            }
        }
    }

    private static async Task StoreAsync(DbTransaction transaction, DefinitionDraft draft, string? editor, CancellationToken cancellationToken)
    {
        const string upsert = """
            INSERT INTO workflow_definitions
                (id, definition_id, version, name, description, is_latest, is_published, created_at, search_text, usable_as_activity, json)
            VALUES (@Id, @DefinitionId, @Version, @Name, @Description, 0, 0, @CreatedAt, @SearchText, @UsableAsActivity, @Json)
            ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, description = excluded.description,
                search_text = excluded.search_text, usable_as_activity = excluded.usable_as_activity, json = excluded.json
            """;
        var row = new
        {
            draft.Id,
            draft.DefinitionId,
            draft.Version,
            Name = SqlText.Clean(draft.Name),
            Description = SqlText.CleanOrNull(draft.Description),
            CreatedAt = draft.CreatedAt.UtcTicks,
            SearchText = SqlText.Fold(string.Join('\n', draft.Name, draft.DefinitionId, draft.Description)),
            UsableAsActivity = draft.UsableAsActivity ? 1 : 0,
            Json = SqlText.Clean(draft.Json),
        };
        await ExecuteAsync(transaction, upsert, row, cancellationToken);
        const string count = """
            INSERT INTO definition_edits (id, revision, editor, is_frozen) VALUES (@Id, 1, @editor, 0)
            ON CONFLICT (id) DO UPDATE SET revision = definition_edits.revision + 1, editor = excluded.editor
            """;
        await ExecuteAsync(transaction, count, new { draft.Id, editor = SqlText.CleanOrNull(editor) }, cancellationToken);
    }

    private static async Task MarkLatestAsync(DbTransaction transaction, string definitionId, CancellationToken cancellationToken)
    {
        // Two statements: the index that allows one latest version is checked row by row.
        const string highest = "(SELECT MAX(version) FROM workflow_definitions WHERE definition_id = @definitionId)";
        const string clear = $"""
            UPDATE workflow_definitions SET is_latest = 0
            WHERE definition_id = @definitionId AND is_latest = 1 AND version <> {highest}
            """;
        const string mark = $"""
            UPDATE workflow_definitions SET is_latest = 1
            WHERE definition_id = @definitionId AND is_latest = 0 AND version = {highest}
            """;
        await ExecuteAsync(transaction, clear, new { definitionId }, cancellationToken);
        await ExecuteAsync(transaction, mark, new { definitionId }, cancellationToken);
    }

    private static async Task MarkPublishedAsync(
        DbTransaction transaction, string id, string definitionId, CancellationToken cancellationToken)
    {
        await UnpublishAsync(transaction, definitionId, cancellationToken);
        await ExecuteAsync(transaction, "UPDATE workflow_definitions SET is_published = 1 WHERE id = @id", new { id }, cancellationToken);
    }

    private static Task<int> UnpublishAsync(DbTransaction transaction, string definitionId, CancellationToken cancellationToken) =>
        ExecuteAsync(
            transaction,
            "UPDATE workflow_definitions SET is_published = 0 WHERE definition_id = @definitionId AND is_published = 1",
            new { definitionId },
            cancellationToken);

    private static Task<int> ExecuteAsync(DbTransaction transaction, string sql, object values, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, values, transaction, cancellationToken: cancellationToken));

    private static Task<T?> ScalarAsync<T>(DbTransaction transaction, string sql, object values, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteScalarAsync<T>(
            new CommandDefinition(sql, values, transaction, cancellationToken: cancellationToken));

    private sealed class PlaceRow
    {
        public required string Id { get; init; }

        public required string DefinitionId { get; init; }

        public int Version { get; init; }

        public int IsPublished { get; init; }
    }
}
