using System.Data.Common;
using Dag.Workflows.Storage;
using Dapper;

namespace Dag.Workflows.Catalog;

/// <summary>What is read from the definitions.</summary>
internal sealed partial class SqlDefinitionStore
{
    private const string SummaryColumns = """
        d.id AS Id, d.definition_id AS DefinitionId, d.version AS Version, d.name AS Name, d.description AS Description,
        d.is_latest AS IsLatest, d.is_published AS IsPublished, d.created_at AS CreatedAt,
        CASE WHEN EXISTS (SELECT 1 FROM runs r WHERE r.definition_version_id = d.id) THEN 1 ELSE 0 END AS UsedByRun
        """;

    private const string FullColumns = $"{SummaryColumns}, d.json AS Json, COALESCE(e.revision, 0) AS Edits";

    private const string FullTables = "workflow_definitions d LEFT JOIN definition_edits e ON e.id = d.id";

    public Task<StoredDefinition?> FindAsync(string id, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, token) => FindAsync(connection, null, "d.id = @id", new { id }, token), cancellationToken);

    public Task<StoredDefinition?> FindAsync(string definitionId, VersionSelector versions, CancellationToken cancellationToken)
    {
        var condition = $"d.definition_id = @definitionId AND {Condition(versions)}";
        return database.ReadAsync(
            (connection, token) => FindAsync(connection, null, condition, new { definitionId, versions.Number }, token), cancellationToken);
    }

    public Task<DefinitionPage> ListAsync(DefinitionFilter filter, CancellationToken cancellationToken)
    {
        var from = $"FROM workflow_definitions d WHERE {string.Join(" AND ", Conditions(filter))}";
        var direction = filter.Descending ? "DESC" : "ASC";
        var order = filter.OrderBy switch
        {
            DefinitionOrder.CreatedAt => "d.created_at",
            DefinitionOrder.Version => "d.version",
            _ => "lower(d.name)",
        };
        var values = new
        {
            filter.Versions.Number,
            definitionIds = filter.DefinitionIds.ToArray(),
            ids = filter.Ids.ToArray(),
            pattern = SqlText.ContainsPattern(filter.Search ?? ""),
            filter.Skip,
            filter.Take,
        };
        return database.ReadAsync(
            async (connection, token) =>
            {
                var page = $"""
                    SELECT {SummaryColumns} {from}
                    ORDER BY {order} {direction}, d.definition_id, d.version LIMIT @Take OFFSET @Skip
                    """;
                var rows = (await connection.QueryAsync<DefinitionRow>(new CommandDefinition(page, values, cancellationToken: token))).AsList();

                // A page that is not full is the last.
                var count = new CommandDefinition($"SELECT COUNT(*) {from}", values, cancellationToken: token);
                var isLast = rows.Count < filter.Take && (rows.Count > 0 || filter.Skip == 0);
                var total = isLast ? filter.Skip + rows.Count : await connection.ExecuteScalarAsync<long>(count);
                return new DefinitionPage([.. rows.Select(r => r.ToSummary())], total);
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<StoredDefinition>> ListPublishedAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, token) =>
        {
            const string select = $"""
                SELECT {FullColumns} FROM {FullTables} WHERE d.is_published = 1 ORDER BY d.definition_id
                """;
            var rows = await connection.QueryAsync<DefinitionRow>(new CommandDefinition(select, cancellationToken: token));
            return (IReadOnlyList<StoredDefinition>)[.. rows.Select(r => r.ToDefinition())];
        },
        cancellationToken);

    public Task<IReadOnlyList<DefinitionSummary>> ListUsableAsActivitiesAsync(CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, token) =>
        {
            const string select = $"SELECT {SummaryColumns} FROM workflow_definitions d WHERE d.usable_as_activity = 1 ORDER BY d.definition_id, d.version";
            var rows = await connection.QueryAsync<DefinitionRow>(new CommandDefinition(select, cancellationToken: token));
            return (IReadOnlyList<DefinitionSummary>)[.. rows.Select(r => r.ToSummary())];
        },
        cancellationToken);

    public Task<IReadOnlyList<StoredDefinition>> ListLatestMentioningAsync(string text, string orText, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, token) =>
        {
            var position = database.Dialect == SqlDialect.PostgreSql ? "strpos" : "instr";
            var select = $"""
                SELECT {FullColumns} FROM {FullTables}
                WHERE d.is_latest = 1 AND ({position}(d.json, @text) > 0 OR {position}(d.json, @orText) > 0) ORDER BY d.definition_id
                """;
            var rows = await connection.QueryAsync<DefinitionRow>(
                new CommandDefinition(select, new { text = SqlText.Clean(text), orText = SqlText.Clean(orText) }, cancellationToken: token));
            return (IReadOnlyList<StoredDefinition>)[.. rows.Select(r => r.ToDefinition())];
        },
        cancellationToken);

    private static async Task<StoredDefinition?> FindAsync(
        DbConnection connection, DbTransaction? transaction, string condition, object values, CancellationToken cancellationToken)
    {
        var select = $"""
            SELECT {FullColumns} FROM {FullTables} WHERE {condition} ORDER BY d.version DESC LIMIT 1
            """;
        var row = await connection.QueryFirstOrDefaultAsync<DefinitionRow>(
            new CommandDefinition(select, values, transaction, cancellationToken: cancellationToken));
        return row?.ToDefinition();
    }

    private IEnumerable<string> Conditions(DefinitionFilter filter)
    {
        yield return Condition(filter.Versions);
        if (filter.DefinitionIds.Count > 0)
            yield return database.Dialect.IsIn("d.definition_id", "@definitionIds");
        if (filter.Ids.Count > 0)
            yield return database.Dialect.IsIn("d.id", "@ids");
        if (!string.IsNullOrEmpty(filter.Search))
            yield return @"d.search_text LIKE @pattern ESCAPE '\'";
    }

    private static string Condition(VersionSelector versions) => versions.Kind switch
    {
        VersionKind.Latest => "d.is_latest = 1",
        VersionKind.Published => "d.is_published = 1",
        VersionKind.LatestOrPublished => "(d.is_latest = 1 OR d.is_published = 1)",
        VersionKind.LatestAndPublished => "d.is_latest = 1 AND d.is_published = 1",
        VersionKind.Draft => "d.is_latest = 1 AND d.is_published = 0",
        VersionKind.Specific => "d.version = @Number",
        _ => "1 = 1",
    };

    private sealed class DefinitionRow
    {
        public required string Id { get; init; }

        public required string DefinitionId { get; init; }

        public int Version { get; init; }

        public required string Name { get; init; }

        public string? Description { get; init; }

        public int IsLatest { get; init; }

        public int IsPublished { get; init; }

        public long CreatedAt { get; init; }

        public int UsedByRun { get; init; }

        public string Json { get; init; } = "";

        public long Edits { get; init; }

        public DefinitionSummary ToSummary() => ToDefinition();

        public StoredDefinition ToDefinition() => new()
        {
            Id = Id,
            DefinitionId = DefinitionId,
            Version = Version,
            Name = Name,
            Description = Description,
            IsLatest = IsLatest == 1,
            IsPublished = IsPublished == 1,
            CreatedAt = new DateTimeOffset(CreatedAt, TimeSpan.Zero),
            UsedByRun = UsedByRun == 1,
            Json = Json,
            Revision = RevisionOf(Id, Edits),
        };
    }
}
