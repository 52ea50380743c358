using System.Data.Common;
using Dag.Workflows.Storage;
using Dapper;

namespace Dag.Workflows.Catalog;

/// <summary>What people edit: drafts that change in place until a run is started of them.</summary>
internal sealed partial class SqlDefinitionStore
{
    public Task<StoredDefinition> SaveEditAsync(DraftEdit edit, bool publish, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            await LockAsync(transaction, edit.DefinitionId, token);
            var latest = await FindLatestAsync(transaction, edit.DefinitionId, token);
            Check(edit, latest);
            var isNew = latest is null or { IsPublished: 1 } or { IsFrozen: 1 } or { UsedByRun: 1 };
            var id = isNew ? edit.NewId : latest!.Id;
            var version = isNew ? (latest?.Version ?? 0) + 1 : latest!.Version;
            var draft = new DefinitionDraft
            {
                Id = id,
                DefinitionId = edit.DefinitionId,
                Version = version,
                Name = edit.Name,
                Description = edit.Description,
                CreatedAt = edit.Now,
                Json = edit.Write(id, version),
            };
            await StoreAsync(transaction, draft, edit.Editor, token);
            await MarkLatestAsync(transaction, edit.DefinitionId, token);
            if (publish)
                await MarkPublishedAsync(transaction, id, edit.DefinitionId, token);
            return (await FindAsync(transaction.Connection!, transaction, "d.id = @id", new { id }, token))!;
        },
        cancellationToken);

    public Task<StoredDefinition?> FreezeAsync(string definitionId, VersionSelector versions, CancellationToken cancellationToken) => database.WriteAsync(
        async (transaction, token) =>
        {
            await LockAsync(transaction, definitionId, token);
            var condition = $"d.definition_id = @definitionId AND {Condition(versions)}";
            var found = await FindAsync(transaction.Connection!, transaction, condition, new { definitionId, versions.Number }, token);
            if (found is not null)
            {
                const string freeze = """
                    INSERT INTO definition_edits (id, revision, editor, is_frozen) VALUES (@Id, 0, NULL, 1)
                    ON CONFLICT (id) DO UPDATE SET is_frozen = 1
                    """;
                await ExecuteAsync(transaction, freeze, new { found.Id }, token);
            }

            return found;
        },
        cancellationToken);

    public Task<IReadOnlyList<UsableRevision>> ListUsableRevisionsAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, token) =>
        {
            const string select = $"""
                SELECT d.id AS Id, d.is_published AS IsPublished, COALESCE(e.revision, 0) AS Edits FROM {FullTables}
                WHERE d.usable_as_activity = 1 ORDER BY d.definition_id, d.version
                """;
            var rows = await connection.QueryAsync<RevisionRow>(new CommandDefinition(select, cancellationToken: token));
            return (IReadOnlyList<UsableRevision>)[.. rows.Select(r => new UsableRevision(r.Id, RevisionOf(r.Id, r.Edits), r.IsPublished == 1))];
        },
        cancellationToken);

    private static string RevisionOf(string id, long edits) => $"{id}/{edits}";

    private static async Task<LatestRow?> FindLatestAsync(DbTransaction transaction, string definitionId, CancellationToken cancellationToken)
    {
        const string select = $"""
            SELECT {SummaryColumns}, COALESCE(e.revision, 0) AS Edits, e.editor AS Editor, COALESCE(e.is_frozen, 0) AS IsFrozen
            FROM {FullTables} WHERE d.definition_id = @definitionId AND d.is_latest = 1
            """;
        return await transaction.Connection!.QueryFirstOrDefaultAsync<LatestRow>(
            new CommandDefinition(select, new { definitionId }, transaction, cancellationToken: cancellationToken));
    }

    private static void Check(DraftEdit edit, LatestRow? latest)
    {
        if (edit.BasedOn is null)
            return;

        if (latest is null)
        {
            throw new DefinitionConflictException(
                $"The workflow '{edit.Name}' has been deleted while you edited it. Export your version, or save it as a new workflow.");
        }

        var isOwn = edit.Editor is not null && SqlText.Clean(edit.Editor) == latest.Editor;
        if (!isOwn && edit.BasedOn != RevisionOf(latest.Id, latest.Edits))
        {
            throw new DefinitionConflictException(
                $"Somebody else has saved the workflow '{edit.Name}' since you opened it (it is at version {latest.Version}), so your changes " +
                "were not saved over theirs. Export yours if you want to keep them, then reload the page.");
        }
    }

    private sealed class RevisionRow
    {
        public required string Id { get; init; }

        public int IsPublished { get; init; }

        public long Edits { get; init; }
    }

    private sealed class LatestRow
    {
        public required string Id { get; init; }

        public int Version { get; init; }

        public int IsPublished { get; init; }

        public int UsedByRun { get; init; }

        public long Edits { get; init; }

        public string? Editor { get; init; }

        public int IsFrozen { get; init; }
    }
}
