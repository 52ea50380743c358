using System.Diagnostics;
using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Activities.Quality;
using Dag.Workflows.Activities;
using Dag.Workflows.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Benchmarks;

/// <summary>
/// <c>Dag.CheckDataset</c> and <c>Dag.ProfileDataset</c> on 10 million rows: checks of rows, and a key that must be unique; as a yardstick the same questions in SQL as one
/// would write it by hand, on the engine with the same limits. The two take turns, so that a busy machine is busy for both.
/// </summary>
internal static class CheckBenchmark
{
    private const int Rounds = 5;
    private const int Rows = 10_000_000;

    private const string RowChecks =
        """
        {"check": "notNull", "column": "remark", "mostly": 0.9},
        {"check": "between", "column": "delay", "min": -60, "max": 340},
        {"check": "between", "column": "distance", "min": 0, "max": 4000, "strictMax": true},
        {"check": "matches", "column": "origin", "pattern": "^[A-Z]{3}$"},
        {"check": "length", "column": "remark", "min": 6, "max": 10},
        {"check": "inSet", "column": "class", "values": ["economy", "business", "first"]},
        {"check": "compare", "column": "departs", "operator": "<=", "other": "arrives"},
        {"check": "sql", "where": "delay > 300 AND distance < 0"},
        {"check": "rowCount", "min": 10000000}
        """;

    private const string RowSql =
        """
        SELECT count(*), count(remark), count_if(delay < -60 OR delay > 340), count_if(distance < 0 OR distance >= 4000),
          count_if(NOT regexp_matches(origin, '^[A-Z]{3}$')), count_if(length(remark) < 6 OR length(remark) > 10),
          count_if("class" NOT IN ('economy', 'business', 'first')), count_if(departs > arrives), count_if(delay > 300 AND distance < 0)
        FROM 
        """;

    private const string UniqueChecks = """{"check": "unique", "column": "id"}, {"check": "unique", "columns": ["origin", "departs"], "severity": "warn"}""";

    private static readonly string[] UniqueSql =
    [
        "SELECT sum(n) FROM (SELECT count(*) AS n FROM {0} GROUP BY id HAVING count(*) > 1)",
        "SELECT sum(n) FROM (SELECT count(*) AS n FROM {0} GROUP BY origin, departs HAVING count(*) > 1)",
    ];

    public static async Task<IReadOnlyList<Figure>> RunAsync(bool quick, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("dag-bench-").FullName;
        try
        {
            await using var database = new SqliteDatabase(Path.Combine(folder, "metadata.db"));
            await database.MigrateAsync([DataLake.Migrations, CheckReports.Migrations], cancellationToken);
            var engine = new DuckDbEngine(new DuckDbOptions { SpillFolder = Path.Combine(folder, "spill") });
            var lake = new DataLake(
                new LakeOptions { Folder = Path.Combine(folder, "lake") }, database, TimeProvider.System, NullLogger<DataLake>.Instance);
            var relation = lake.RelationOf(await PublishAsync(lake, engine, cancellationToken));
            var checker = new DatasetChecker(lake, engine, new CheckReports(database), TimeProvider.System);
            var samples = new Dictionary<string, List<double>>();
            for (var round = 0; round <= (quick ? 1 : Rounds); round++)
            {
                await MeasureAsync("rows", round, samples, () => CheckAsync(checker, RowChecks, cancellationToken));
                await MeasureAsync("rows by hand", round, samples, () => QueryAsync(engine, [RowSql + relation]));
                await MeasureAsync("keys", round, samples, () => CheckAsync(checker, UniqueChecks, cancellationToken));
                await MeasureAsync("profile", round, samples, () => ProfileAsync(lake, engine, database, round, cancellationToken));
                await MeasureAsync("summarize", round, samples, () => QueryAsync(engine, [$"SUMMARIZE SELECT * FROM {relation}"]));
                await MeasureAsync("keys by hand", round, samples, () => QueryAsync(engine, UniqueSql.Select(s => string.Format(null, s, relation))));
            }

            return
            [
                .. Figures("9 checks of rows", samples["rows"], samples["rows by hand"]),
                .. Figures("2 unique keys", samples["keys"], samples["keys by hand"]),
                Figure.Of("10 million rows, 8 columns, Dag.ProfileDataset", "s", samples["profile"]) with
                {
                    Yardstick = $"the engine's SUMMARIZE, without histograms and frequent values: {Figure.Text(samples["summarize"].Order().ElementAt(samples["summarize"].Count / 2))} s",
                },
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<Figure> Figures(string what, List<double> checks, List<double> byHand) =>
    [
        Figure.Of($"10 million rows, {what}", "s", checks) with { Yardstick = $"SQL by hand: {Figure.Text(byHand.Order().ElementAt(byHand.Count / 2))} s" },
        Figure.Of($"10 million rows, {what}, over SQL by hand", "times", checks.Zip(byHand, (c, h) => c / h)) with { AtMost = 1.5 },
    ];

    private static async Task MeasureAsync(string name, int round, Dictionary<string, List<double>> samples, Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        if (round > 0) // The first one fills the page cache.
        {
            samples.TryAdd(name, []);
            samples[name].Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
    }

    private static async Task<DatasetVersion> PublishAsync(DataLake lake, DuckDbEngine engine, CancellationToken cancellationToken)
    {
        await Console.Error.WriteLineAsync("Making 10 million rows…");
        using var draft = lake.Begin("flights", "bench");
        using var connection = engine.Open(new DuckDbSettings { PreserveInsertionOrder = false });
        string Letter(int seed) => $"chr(65 + (hash(i, {seed}) % 26)::INT)";
        DatasetRows.Write(
            connection,
            $"""
            SELECT i AS id, TIMESTAMP '2024-01-01' + to_seconds(i) AS departs, TIMESTAMP '2024-01-01' + to_seconds(i + 60 + (hash(i, 1) % 9999)::BIGINT) AS arrives,
              (hash(i) % 400)::INT - 60 AS delay, (hash(i, 2) % 4000)::DOUBLE AS distance, {Letter(3)} || {Letter(4)} || {Letter(5)} AS origin,
              ['economy', 'business', 'first'][1 + (hash(i, 6) % 3)::BIGINT] AS "class", CASE WHEN hash(i, 9) % 1000 > 0 THEN 'note ' || hash(i, 7) % 100000 END AS remark
            FROM range({Rows}) t(i)
            """,
            draft,
            cancellationToken);
        return await lake.PublishAsync(draft, cancellationToken);
    }

    private static async Task CheckAsync(DatasetChecker checker, string checks, CancellationToken cancellationToken)
    {
        var activity = new CheckDataset(checker, TimeProvider.System, NullLogger<CheckDataset>.Instance)
        {
            Dataset = new DatasetReference("flights"),
            Expectations = $"[{checks}]",
        };
        await activity.ExecuteAsync(
            new WorkContext { RunId = "bench", WorkflowName = "bench", ActivityId = "check", ExecutionId = 1, Attempt = 1, IdempotencyKey = "bench" },
            cancellationToken);
        if (activity.Outcome != CheckOutcome.Passed || activity.Rows != Rows)
        {
            throw new InvalidOperationException($"The check {activity.Outcome} on {activity.Rows} rows: {activity.Summary}");
        }
    }

    // Other settings each time: a profile of the same ones would not be made again.
    private static async Task ProfileAsync(DataLake lake, DuckDbEngine engine, MetadataDatabase database, int round, CancellationToken cancellationToken) =>
        await new DatasetProfiler(lake, engine, new DatasetProfiles(database), TimeProvider.System).ProfileAsync(
            new DatasetReference("flights"),
            new ProfileSettings(20 + round, 10, 100_000),
            new WorkContext { RunId = "bench", WorkflowName = "bench", ActivityId = "profile", ExecutionId = 1, Attempt = 1, IdempotencyKey = "bench" },
            cancellationToken);

    private static Task QueryAsync(DuckDbEngine engine, IEnumerable<string> statements)
    {
        using var connection = engine.Open(new DuckDbSettings { PreserveInsertionOrder = false });
        foreach (var sql in statements)
        {
            connection.Scalar(sql);
        }

        return Task.CompletedTask;
    }
}
