using System.Globalization;
using Dag.Workflows.Storage;
using Dapper;

namespace Dag.Benchmarks;

/// <summary>A database as it is after some months: 1,000 workflows in three versions, 100,000 runs of them, most of them over, every twentieth with an incident.</summary>
internal static class ListData
{
    private const int Workflows = 1000;
    private const int Versions = 3;
    private const int Runs = 100_000;
    private static readonly string[] Subjects = ["orders", "customers", "flights", "invoices", "sensors", "prices", "claims", "parcels"];
    private static readonly DateTimeOffset Start = new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero);

    public static string WorkflowId(int number) => $"workflow-{number:0000}";

    public static string VersionId(int number, int version) => $"{WorkflowId(number)}-v{version}";

    // As ids of runs are: in the order of time.
    public static string RunId(int number) => (0x01a2020a9fb80000UL + (ulong)number * 50_000).ToString("x16", CultureInfo.InvariantCulture) + ((ulong)number * 2654435761UL).ToString("x16", CultureInfo.InvariantCulture);

    public static async Task FillAsync(MetadataDatabase database, CancellationToken cancellationToken)
    {
        await InsertAsync(
            database,
            """
            INSERT INTO workflow_definitions (id, definition_id, version, name, description, is_latest, is_published, created_at, search_text, usable_as_activity, json)
            VALUES (@Id, @DefinitionId, @Version, @Name, @Description, @IsLatest, @IsPublished, @CreatedAt, @SearchText, 0, @Json)
            """,
            Enumerable.Range(0, Workflows).SelectMany(w => Enumerable.Range(1, Versions).Select(v => Definition(w, v))),
            cancellationToken);
        await InsertAsync(
            database,
            "INSERT INTO definition_edits (id, revision, editor, is_frozen) VALUES (@Id, 3, NULL, 1)",
            Enumerable.Range(0, Workflows).SelectMany(w => Enumerable.Range(1, Versions).Select(v => new { Id = VersionId(w, v) })),
            cancellationToken);
        await InsertAsync(
            database,
            """
            INSERT INTO runs (id, definition_id, definition_version_id, version, workflow_name, name, correlation_id, status, sub_status, incident_count, created_at,
                updated_at, finished_at, search_text, last_sequence, lease_node, lease_epoch, lease_until, parent_run_id)
            VALUES (@Id, @DefinitionId, @VersionId, @Version, @WorkflowName, @Name, @CorrelationId, @Status, @SubStatus, @Incidents, @CreatedAt,
                @UpdatedAt, @FinishedAt, @SearchText, 20, 'another', 1, @LeaseUntil, @Parent)
            """,
            Enumerable.Range(0, Runs).Select(Run),
            cancellationToken);
        if (database.Dialect == SqlDialect.PostgreSql)
        {
            // As its autovacuum does, which the server of the tests does not have.
            await database.ReadAsync(async (connection, token) => await connection.ExecuteAsync(new CommandDefinition("VACUUM ANALYZE", cancellationToken: token)), cancellationToken);
        }
    }

    private static async Task InsertAsync(MetadataDatabase database, string sql, IEnumerable<object> rows, CancellationToken cancellationToken)
    {
        foreach (var chunk in rows.Chunk(10_000))
        {
            await database.WriteAsync((transaction, token) => transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, chunk, transaction, cancellationToken: token)), cancellationToken);
        }
    }

    private static string NameOf(int workflow) => $"Load {Subjects[workflow % Subjects.Length]} {workflow / Subjects.Length}";

    private static object Definition(int workflow, int version)
    {
        var activities = string.Join(',', Enumerable.Range(0, 30).Select(i =>
            $$"""{"id":"a{{i}}","type":"Elsa.WriteLine","name":"WriteLine{{i}}","text":{"typeName":"String","expression":{"type":"Literal","value":"step {{i}} of {{NameOf(workflow)}}"} },"metadata":{"designer":{"position":{"x":{{i * 250}},"y":60} } } }"""));
        var description = $"Loads {Subjects[workflow % Subjects.Length]} of region {workflow}, checks them and tells the team.";
        return new
        {
            Id = VersionId(workflow, version),
            DefinitionId = WorkflowId(workflow),
            Version = version,
            Name = NameOf(workflow),
            Description = description,
            IsLatest = version == Versions ? 1 : 0,
            IsPublished = version == (workflow % 3 == 0 ? Versions - 1 : Versions) ? 1 : 0,
            CreatedAt = Start.AddMinutes(workflow * Versions + version).UtcTicks,
            SearchText = $"{NameOf(workflow)}\n{WorkflowId(workflow)}\n{description}".ToLowerInvariant(),
            Json = $$"""{"id":"{{VersionId(workflow, version)}}","definitionId":"{{WorkflowId(workflow)}}","name":"{{NameOf(workflow)}}","version":{{version}},"root":{"id":"s","type":"Elsa.Sequence","activities":[{{activities}}]} }""",
        };
    }

    // Half of the runs are of one workflow in ten.
    private static object Run(int number)
    {
        var workflow = number % 2 == 0 ? number / 2 % (Workflows / 10) : number % Workflows;
        var version = 1 + (number / 7 % Versions);
        var (status, subStatus) = (number % 200) switch
        {
            0 => ("Running", "Executing"),
            1 or 2 => ("Running", "Suspended"),
            < 13 => ("Finished", "Faulted"),
            < 17 => ("Finished", "Cancelled"),
            _ => ("Finished", "Finished"),
        };
        var created = Start.AddSeconds(number * 60.0);
        var updated = created.AddSeconds(number * 37 % 4000);
        var name = number % 5 == 0 ? $"Run {number % 977} by hand" : null;
        var correlation = number % 2 == 0 ? $"order-{number}" : null;
        return new
        {
            Id = RunId(number),
            DefinitionId = WorkflowId(workflow),
            VersionId = VersionId(workflow, version),
            Version = version,
            WorkflowName = NameOf(workflow),
            Name = name,
            CorrelationId = correlation,
            Status = status,
            SubStatus = subStatus,
            Incidents = subStatus == "Faulted" ? 1 : 0,
            CreatedAt = created.UtcTicks,
            UpdatedAt = updated.UtcTicks,
            FinishedAt = status == "Finished" ? updated.UtcTicks : (long?)null,
            SearchText = string.Join('\n', RunId(number), NameOf(workflow), name, correlation).ToLowerInvariant(),
            LeaseUntil = DateTimeOffset.MaxValue.UtcTicks,
            Parent = number % 50 == 11 ? RunId(number - 1) : null,
        };
    }
}
