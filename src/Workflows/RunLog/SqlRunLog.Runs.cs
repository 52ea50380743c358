using Dag.Workflows.Storage;
using Dapper;

namespace Dag.Workflows.RunLog;

/// <summary>The runs themselves: one, or those that match.</summary>
internal sealed partial class SqlRunLog
{
    private const string SelectRun = """
        SELECT id AS Id, definition_id AS DefinitionId, definition_version_id AS DefinitionVersionId, version AS Version,
            workflow_name AS WorkflowName, name AS Name, correlation_id AS CorrelationId, status AS Status, sub_status AS SubStatus,
            incident_count AS IncidentCount, parent_run_id AS ParentRunId, created_at AS CreatedAt, updated_at AS UpdatedAt, finished_at AS FinishedAt
        FROM runs
        """;

    public async Task<RunSummary?> FindRunAsync(string runId, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync<RunRow>($"{SelectRun} WHERE id = @runId", new { runId }, cancellationToken);
        return rows is [var row] ? row.ToSummary() : null;
    }

    public Task<RunPage> ListRunsAsync(RunFilter filter, CancellationToken cancellationToken)
    {
        var conditions = Conditions(filter);
        var values = new DynamicParameters(new
        {
            definitions = filter.DefinitionIds.ToArray(),
            filter.Status,
            subStatuses = filter.SubStatuses.ToArray(),
            pattern = filter.Search is null ? null : SqlText.ContainsPattern(filter.Search),
            filter.DefinitionVersionId,
            filter.Version,
            filter.ParentRunId,
            correlationId = SqlText.CleanOrNull(filter.CorrelationId),
            filter.Skip,
            filter.Take,
            End = (long)filter.Skip + filter.Take,
        });
        for (var i = 0; i < filter.Times.Count; i++)
        {
            values.Add($"time{i}", filter.Times[i].Bound.UtcTicks);
        }

        return _database.ReadAsync(
            async (connection, token) =>
            {
                // The rows are looked up last, so that those before the page are passed over in an index.
                var page = $"{SelectRun} WHERE id IN ({PageOfIds(filter, conditions)}) ORDER BY {Order(filter)}";
                var rows = await QueryAsync<RunRow>(connection, page, values, token);

                // A page that is not full is the last.
                var count = new CommandDefinition($"SELECT COUNT(*) FROM runs {Where(conditions)}", values, cancellationToken: token);
                var isLast = rows.Count < filter.Take && (rows.Count > 0 || filter.Skip == 0);
                var total = isLast ? filter.Skip + rows.Count : await connection.ExecuteScalarAsync<long>(count);
                return new RunPage(rows.ConvertAll(r => r.ToSummary()), total);
            },
            cancellationToken);
    }

    private string PageOfIds(RunFilter filter, List<string> conditions)
    {
        if (_database.Dialect == SqlDialect.PostgreSql && filter.OrderBy == RunOrder.UpdatedAt)
        {
            // Those that are over have an index in this order, the few others are sorted.
            var direction = filter.Descending ? "DESC" : "ASC";
            return $"""
                SELECT id FROM (
                    (SELECT id, settled_at AS moved_at FROM runs {Where([.. conditions, "settled_at IS NOT NULL"])}
                        ORDER BY settled_at {direction}, id {direction} LIMIT @End)
                    UNION ALL
                    (SELECT id, updated_at FROM runs {Where([.. conditions, "status <> 'Finished'"])} ORDER BY updated_at {direction}, id {direction} LIMIT @End)) moved
                ORDER BY moved_at {direction}, id {direction} LIMIT @Take OFFSET @Skip
                """;
        }

        return $"SELECT id FROM runs {Where(conditions)} ORDER BY {Order(filter)} LIMIT @Take OFFSET @Skip";
    }

    private static string Where(List<string> conditions) => conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}";

    private List<string> Conditions(RunFilter filter)
    {
        var dialect = _database.Dialect;
        List<string> conditions = [];
        if (filter.DefinitionIds.Count > 0)
            conditions.Add(dialect.IsIn("definition_id", "@definitions"));

        // Spelled out, the partial index of unfinished runs serves it.
        if (filter.Status is not null)
            conditions.Add(filter.Status == "Running" ? "status <> 'Finished'" : "status = @Status");
        if (filter.SubStatuses.Count > 0)
            conditions.Add(dialect.IsIn("sub_status", "@subStatuses"));
        if (!string.IsNullOrEmpty(filter.Search))
            conditions.Add(@"search_text LIKE @pattern ESCAPE '\'");
        if (filter.DefinitionVersionId is not null)
            conditions.Add("definition_version_id = @DefinitionVersionId");
        if (filter.Version is not null)
            conditions.Add("version = @Version");
        if (filter.CorrelationId is not null)
            conditions.Add("correlation_id = @correlationId");
        if (filter.ParentRunId is not null)
            conditions.Add("parent_run_id = @ParentRunId");
        if (filter.HasIncidents is { } has)
            conditions.Add(has ? "incident_count > 0" : "incident_count = 0");
        conditions.AddRange(filter.Times.Select((t, i) => $"{ColumnOf(t)} {OperatorOf(t.Comparison)} @time{i}"));
        return conditions;
    }

    private static string Order(RunFilter filter)
    {
        var direction = filter.Descending ? "DESC" : "ASC";
        return filter.OrderBy switch
        {
            RunOrder.UpdatedAt => $"updated_at {direction}, id {direction}",
            RunOrder.FinishedAt => $"COALESCE(finished_at, 0) {direction}, id {direction}",
            RunOrder.Name => $"lower(COALESCE(name, workflow_name)) {direction}, id {direction}",
            _ => $"created_at {direction}, id {direction}",
        };
    }

    private static string ColumnOf(RunTimeFilter filter) => filter.Time switch
    {
        RunTime.UpdatedAt => "updated_at",

        // As the index has it; what has not finished is before every bound.
        RunTime.FinishedAt when filter is { Comparison: TimeComparison.After or TimeComparison.NotBefore, Bound.UtcTicks: > 0 } => "COALESCE(finished_at, 0)",
        RunTime.FinishedAt => "finished_at",
        _ => "created_at",
    };

    private static string OperatorOf(TimeComparison comparison) => comparison switch
    {
        TimeComparison.IsNot => "<>",
        TimeComparison.After => ">",
        TimeComparison.NotBefore => ">=",
        TimeComparison.Before => "<",
        TimeComparison.NotAfter => "<=",
        _ => "=",
    };

    private sealed class RunRow
    {
        public required string Id { get; init; }

        public required string DefinitionId { get; init; }

        public required string DefinitionVersionId { get; init; }

        public int Version { get; init; }

        public required string WorkflowName { get; init; }

        public string? Name { get; init; }

        public string? CorrelationId { get; init; }

        public required string Status { get; init; }

        public required string SubStatus { get; init; }

        public int IncidentCount { get; init; }

        public string? ParentRunId { get; init; }

        public long CreatedAt { get; init; }

        public long UpdatedAt { get; init; }

        public long? FinishedAt { get; init; }

        public RunSummary ToSummary() => new()
        {
            Id = Id,
            DefinitionId = DefinitionId,
            DefinitionVersionId = DefinitionVersionId,
            Version = Version,
            WorkflowName = WorkflowName,
            Name = Name,
            CorrelationId = CorrelationId,
            Status = Status,
            SubStatus = SubStatus,
            IncidentCount = IncidentCount,
            ParentRunId = ParentRunId,
            CreatedAt = Time(CreatedAt),
            UpdatedAt = Time(UpdatedAt),
            FinishedAt = Time(FinishedAt),
        };
    }
}
