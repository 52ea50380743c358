using Dag.Activities.Lake;

namespace Dag.Activities.Tests.Queries;

public sealed class QueryDatasetTests
{
    [Fact]
    public async Task Rows_are_values_by_column_and_the_first_value_is_at_hand()
    {
        await using var fixture = await QueryFixture.CreateAsync();
        await fixture.Lake.PublishRowsAsync("flights", "SELECT range AS id, range * 1.5 AS delay FROM range(10)");

        var query = await fixture.QueryAsync("SELECT id, delay FROM flights WHERE id >= 8 ORDER BY id DESC -- the last\n");

        Assert.Equal(["9: 13.5", "8: 12"], query.Data!.Select(r => FormattableString.Invariant($"{r["id"]}: {r["delay"]}")));
        Assert.Equal((2L, 9L, null), (query.Rows, query.Value, query.Result));
    }

    [Fact]
    public async Task Values_of_all_types_become_what_workflows_know()
    {
        await using var fixture = await QueryFixture.CreateAsync();

        var row = Assert.Single((await fixture.QueryAsync(
            """
            SELECT true AS flag, 3::TINYINT AS small, 1e18::BIGINT AS large, 2.50 AS amount, 'nan'::DOUBLE AS nan, 'ü' AS text, DATE '2026-01-31' AS day,
              TIMESTAMP '2026-01-31 10:00' AS start, TIMESTAMPTZ '2026-01-31 10:00:00+02' AS instant, TIME '10:00:00' AS time, [1, NULL] AS list, {'a': 'x'} AS object,
              NULL AS nothing, '11111111-1111-1111-1111-111111111111'::UUID AS id, INTERVAL 2 DAYS AS span, 'b'::ENUM ('a', 'b') AS choice, MAP {'k': 1} AS map,
              'x'::BLOB AS blob, 170141183460469231731687303715884105727::HUGEINT / 1e30::HUGEINT AS huge
            """)).Data!);

        Assert.Equal((true, 3L, 1_000_000_000_000_000_000L, 2.50m, double.NaN), (row["flag"], row["small"], row["large"], row["amount"], row["nan"]));
        Assert.Equal(("ü", "2026-01-31", new DateTimeOffset(2026, 1, 31, 10, 0, 0, default)), (row["text"], row["day"], row["start"]));
        Assert.Equal((new DateTimeOffset(2026, 1, 31, 8, 0, 0, default), "10:00:00.0000000", null), (row["instant"], row["time"], row["nothing"]));
        Assert.Equal([1, null], (IEnumerable<object?>)row["list"]!);
        Assert.Equal("x", ((IDictionary<string, object?>)row["object"]!)["a"]);
        Assert.Equal(("11111111-1111-1111-1111-111111111111", "2 days", "b"), (row["id"], row["span"], row["choice"]));
        Assert.Equal(1, ((IDictionary<string, object?>)row["map"]!)["k"]);
        Assert.Equal("x"u8.ToArray(), row["blob"]);
    }

    [Fact]
    public async Task Columns_of_the_same_name_are_told_apart()
    {
        await using var fixture = await QueryFixture.CreateAsync();

        var row = Assert.Single((await fixture.QueryAsync("SELECT 1 AS x, 2 AS x, 3 AS X, 4")).Data!);

        Assert.Equal(["x 1", "x_1 2", "X_2 3", "4 4"], row.Select(v => $"{v.Key} {v.Value}"));
    }

    [Fact]
    public async Task Datasets_are_read_as_they_are_now_or_in_the_version_that_is_named()
    {
        await using var fixture = await QueryFixture.CreateAsync();
        await fixture.Lake.PublishRowsAsync("sales", "SELECT 1 AS n");
        await fixture.Lake.PublishRowsAsync("sales", "SELECT 2 AS n");
        await fixture.Lake.PublishRowsAsync("sales", "SELECT 3 AS n");
        await fixture.Lake.PublishRowsAsync("sales.rejected", "SELECT 4 AS n");
        await fixture.Lake.PublishRowsAsync("daily-sales", "SELECT 5 AS n");
        const string Sql = "SELECT string_agg(n, ' ') FROM (SELECT n FROM Sales UNION ALL SELECT n FROM \"sales@1\" UNION ALL SELECT n FROM sales.rejected UNION ALL SELECT n FROM \"daily-sales\")";

        Assert.Equal("3 1 4 5", (await fixture.QueryAsync(Sql)).Value);
        Assert.Equal("2 1 4 5", (await fixture.QueryAsync(Sql, q => q.Datasets = [new DatasetReference("sales", 2)])).Value);
        Assert.Equal("9 8", (await fixture.QueryAsync(
            "WITH sales AS (SELECT 8 AS n), own AS (SELECT n + 1 AS n FROM sales) SELECT string_agg(n, ' ') FROM (FROM own UNION ALL FROM sales)")).Value);
    }

    [Fact]
    public async Task Rows_become_a_version_with_its_parents_once_for_each_execution()
    {
        await using var fixture = await QueryFixture.CreateAsync();
        await fixture.Lake.PublishRowsAsync("flights", "SELECT range AS id, 'A' || range % 3 AS origin FROM range(10)");
        await fixture.Lake.PublishRowsAsync("airports", "SELECT 'A1' AS code, 'Berlin' AS city");
        const string Sql = "SELECT id, city FROM flights JOIN \"airports@1\" a ON a.code = origin ORDER BY id DESC";

        var query = await fixture.QueryAsync(Sql, q => q.Into = "berlin", key: "k");
        var again = await fixture.QueryAsync(Sql, q => q.Into = "berlin", key: "k");
        var more = await fixture.QueryAsync("SELECT 99::BIGINT AS id, 'Rome' AS city", q => (q.Into, q.Mode) = ("berlin", WriteMode.Append));

        Assert.Equal((new DatasetReference("berlin", 1), 3L, null), (query.Result, query.Rows, query.Data));
        Assert.Equal((query.Result, 3L), (again.Result, again.Rows));
        var version = await fixture.Lake.Lake.GetAsync(query.Result!, CancellationToken.None);
        Assert.Equal(["flights@1", "airports@1"], version.Parents.Select(p => p.ToString()));
        Assert.Equal("7, 4, 1", fixture.Lake.Query("string_agg(id, ', ')", version));
        Assert.Equal((new DatasetReference("berlin", 2), 1L), (more.Result, more.Rows));
        Assert.Contains(
            "These rows cannot be appended to berlin@2: they have no column id BIGINT",
            await fixture.FaultAsync("SELECT 'x' AS id, 'Rome' AS city", q => (q.Into, q.Mode) = ("berlin", WriteMode.Append)));
    }

    [Fact]
    public async Task Values_of_the_workflow_are_variables_and_never_SQL()
    {
        await using var fixture = await QueryFixture.CreateAsync();
        await fixture.Lake.PublishRowsAsync("flights", "SELECT range AS id, TIMESTAMP '2026-01-01' + to_days(range::INT) AS start, 'o''' || range AS origin FROM range(10)");

        var query = await fixture.QueryAsync(
            "SELECT string_agg(id, ' ') FROM flights WHERE start >= getvariable('since') AND origin = getvariable('origin') OR id = getvariable('half') * 2 OR id IN getvariable('ids')",
            q => q.Parameters = new Dictionary<string, object?>
            {
                ["since"] = new DateTimeOffset(2026, 1, 4, 2, 0, 0, TimeSpan.FromHours(2)),
                ["origin"] = "o'5",
                ["half"] = 0.5,
                ["ids"] = new List<object?> { 8, 9L },
            });

        Assert.Equal("1 5 8 9", query.Value);
        Assert.Contains("There is no value 'hal' for the query. Did you mean 'half'?", await fixture.FaultAsync("SELECT getvariable('hal')", q => q.Parameters = new Dictionary<string, object?> { ["half"] = 1 }));
        Assert.Contains("getvariable takes one name", await fixture.FaultAsync("SELECT getvariable('a' || 'b')"));
        Assert.Contains("The value 'o' is an object", await fixture.FaultAsync("SELECT getvariable('o')", q => q.Parameters = new Dictionary<string, object?>
        {
            ["o"] = new Dictionary<string, object?> { ["a"] = 1 },
        }));
    }

    [Fact]
    public async Task More_rows_than_allowed_are_a_fault_and_are_not_read()
    {
        await using var fixture = await QueryFixture.CreateAsync();

        Assert.Equal(1000, (await fixture.QueryAsync("SELECT range FROM range(1000)")).Rows);
        Assert.Contains("more than 1,000 rows: add LIMIT, raise maxRows, or set into", await fixture.FaultAsync("SELECT range FROM range(100000000)"));
        Assert.Contains("more than 8 MiB", await fixture.FaultAsync("SELECT repeat('x', 100000) FROM range(1000)"));
        Assert.Equal(0, (await fixture.QueryAsync("SELECT 1 WHERE false")).Rows);
    }

    [Theory]
    [InlineData("", "There is no statement in it")]
    [InlineData("-- nothing", "There is no statement in it")]
    [InlineData("SELEC 1", "syntax error at or near \"SELEC\"")]
    [InlineData("SELECT nosuch FROM flights", "Referenced column \"nosuch\" not found")]
    [InlineData("SELECT * FROM fligths", "There is no dataset fligths. Did you mean 'flights'? The lake holds: flights.")]
    [InlineData("SELECT * FROM \"flights@9\"", "has no version 9: its latest is 1")]
    [InlineData("SELECT * FROM a, b", "There is no dataset a. The lake holds: flights. There is no dataset b.")]
    [InlineData("SELECT CAST('a' AS INTEGER)", "Could not convert string 'a' to INT32")]
    public async Task What_is_wrong_is_said(string sql, string fault)
    {
        await using var fixture = await QueryFixture.CreateAsync();
        await fixture.Lake.PublishRowsAsync("flights", "SELECT 1 AS id");

        Assert.Contains(fault, await fixture.FaultAsync(sql));
    }

    [Fact]
    public async Task A_query_can_be_cancelled()
    {
        await using var fixture = await QueryFixture.CreateAsync();
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(300), TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.QueryAsync(
            "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE hash(a.range, b.range) = 7", cancellationToken: cancelled.Token));
    }
}
