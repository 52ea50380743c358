using Dag.Activities.Lake;
using Dag.Activities.Quality;
using Dag.Workflows.Activities;

namespace Dag.Activities.Tests.Quality;

public sealed class CheckDatasetTests
{
    private const string Flights =
        """
        SELECT * FROM (VALUES
          (1, 'SFO', 10.0,  DATE '2026-01-01', TIMESTAMP '2026-01-01 10:00', TIMESTAMP '2026-01-01 12:00', true),
          (2, 'LAX', -5.5,  DATE '2026-01-02', TIMESTAMP '2026-01-02 10:00', TIMESTAMP '2026-01-02 09:00', true),
          (3, 'sfo', NULL,  DATE '2026-01-03', TIMESTAMP '2026-01-03 10:00', NULL,                         false),
          (3, NULL,  900.0, DATE '2026-01-04', TIMESTAMP '2026-01-04 10:00', TIMESTAMP '2026-01-04 10:00', NULL)
        ) AS t(id, origin, delay, day, departs, arrives, night)
        """;

    [Fact]
    public async Task All_of_them_are_measured_together_and_reported_in_their_order()
    {
        await using var fixture = await CheckFixture.CreateAsync();
        await fixture.PublishAsync("flights", Flights);

        var check = await fixture.CheckAsync(
            "flights",
            """
            [
              {"check": "unique", "column": "id", "severity": "warn", "name": "ids"},
              {"check": "rowCount", "min": 1},
              {"check": "notNull", "column": "delay", "mostly": 0.75},
              {"check": "unique", "columns": ["id", "origin"]}, // a comment
            ]
            """);

        Assert.Equal(CheckOutcome.Warned, check.Outcome);
        Assert.Equal(
            ["ids Warned", "row count at least 1 Passed", "delay not null Passed", "id and origin unique Passed"],
            check.Results.Select(r => $"{r.Name} {r.Status}"));
        Assert.Equal([0.5, null, 0.75, 1], check.Results.Select(r => r.Share));
        Assert.Equal("ids: 2 of 4 rows fail (50%), expected unique values.", check.Summary);
        Assert.Equal(new DatasetReference("flights", 1), check.Result);
    }

    [Theory]
    [InlineData(0.66, "Passed")]
    [InlineData(0.67, "Failed")]
    public async Task Mostly_is_the_share_that_must_be_right_of_the_rows_that_have_a_value(double mostly, string outcome)
    {
        await using var fixture = await CheckFixture.CreateAsync();
        await fixture.PublishAsync("flights", Flights);

        var check = await fixture.CheckAsync("flights", FormattableString.Invariant($$"""[{"check": "between", "column": "delay", "max": 100, "mostly": {{mostly}}}]"""));

        Assert.Equal(outcome, check.Outcome);
    }

    [Fact]
    public async Task What_is_no_number_lies_between_nothing_but_is_a_value()
    {
        await using var fixture = await CheckFixture.CreateAsync();
        await fixture.PublishAsync("n", "SELECT 'nan'::DOUBLE AS x UNION ALL SELECT 'inf'::DOUBLE UNION ALL SELECT 1");

        Assert.Equal(1, (await fixture.CheckOneAsync("n", """{"check": "between", "column": "x", "min": 0}""")).FailingRows);
        Assert.Equal(0, (await fixture.CheckOneAsync("n", """{"check": "notNull", "column": "x"}""")).FailingRows);
    }

    [Fact]
    public async Task A_dataset_without_rows_meets_all_that_is_said_of_rows()
    {
        await using var fixture = await CheckFixture.CreateAsync();
        await fixture.PublishAsync("flights", $"{Flights} LIMIT 0");

        var check = await fixture.CheckAsync(
            "flights",
            """[{"check": "notNull", "column": "id"}, {"check": "unique", "column": "id"}, {"check": "freshness", "column": "day", "maxAge": "1.00:00:00", "severity": "warn"}]""");

        Assert.Equal(["Passed", "Passed", "Warned"], check.Results.Select(r => r.Status.ToString()));
        Assert.Equal("no row to look at", check.Results[0].Observed);
    }

    [Fact]
    public async Task Rows_that_fail_are_kept_with_the_report_and_not_in_the_outputs()
    {
        await using var fixture = await CheckFixture.CreateAsync();
        await fixture.PublishAsync("n", "SELECT range AS i, repeat('x', 1000) AS long FROM range(1000)");
        await fixture.PublishAsync("n", "SELECT range AS i, 'short' AS long FROM range(1000, 1010)", append: true);

        var check = await fixture.CheckAsync(
            "n",
            """[{"check": "between", "column": "i", "max": 996, "name": "small"}, {"check": "between", "column": "i", "max": 5, "name": "tiny", "severity": "warn"}]""",
            a => a.SampleRows = 5);

        var report = Assert.Single(await fixture.Reports.ListAsync("n", 2, 10, CancellationToken.None));
        Assert.Equal(["997", "998", "999", "1000", "1001"], report.Samples["small"].Select(r => r["i"]));
        Assert.Equal(["6", "7", "8", "9", "10"], report.Samples["tiny"].Select(r => r["i"]));
        Assert.Equal(200, report.Samples["small"][0]["long"]!.Length);
        Assert.Equal((13L, 1004L), (check.Results[0].FailingRows!.Value, check.Results[1].FailingRows!.Value));
        Assert.Equal(("Failed", "run-1", "check"), (report.Outcome, report.RunId, report.ActivityId));
        Assert.Equal(check.Results, report.Results);
    }

    [Fact]
    public async Task Columns_named_like_the_engines_own_can_be_checked_and_sampled()
    {
        await using var fixture = await CheckFixture.CreateAsync();
        await fixture.PublishAsync("n", "SELECT range AS file_row_number, 'x' AS \"dag_row\", 'it''s \"q\"' AS \"a \"\"b\" FROM range(10)");

        var check = await fixture.CheckAsync(
            "n",
            """[{"check": "between", "column": "file_row_number", "max": 3}, {"check": "unique", "column": "dag_row"}, {"check": "matches", "column": "a \"b", "pattern": "^x'"}]""");

        Assert.Equal([6L, 10, 10], check.Results.Select(r => r.FailingRows!.Value));
        var report = Assert.Single(await fixture.Reports.ListAsync("n", 1, 10, CancellationToken.None));
        Assert.Equal([6, 10, 10], report.Samples.Values.Select(s => s.Count));
    }

    [Fact]
    public async Task A_failed_check_faults_when_it_shall_and_is_reported_all_the_same()
    {
        await using var fixture = await CheckFixture.CreateAsync();
        await fixture.PublishAsync("flights", Flights);

        var fault = await Assert.ThrowsAsync<ActivityException>(
            () => fixture.CheckAsync("flights", """[{"check": "rowCount", "min": 5}]""", a => a.FaultOnFailure = true));

        Assert.Equal("flights@1 failed its checks. Row count at least 5: 4 rows, expected at least 5 rows.", fault.Message, ignoreCase: true);
        Assert.False(fault.Retryable);
        Assert.Single(await fixture.Reports.ListAsync("flights", 1, 10, CancellationToken.None));
    }

    [Fact]
    public async Task An_execution_that_is_attempted_again_has_one_report()
    {
        await using var fixture = await CheckFixture.CreateAsync();
        await fixture.PublishAsync("flights", Flights);

        await fixture.CheckAsync("flights", """[{"check": "rowCount", "min": 5}]""", key: "same");
        var again = await fixture.CheckAsync("flights", """[{"check": "rowCount", "min": 4}]""", key: "same");

        Assert.Null(again.Error);
        Assert.Equal("Passed", Assert.Single(await fixture.Reports.ListAsync("flights", 1, 10, CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task A_million_rows_are_checked_with_progress_and_can_be_cancelled()
    {
        await using var fixture = await CheckFixture.CreateAsync();
        await fixture.PublishAsync("n", "SELECT range AS i, hash(range) % 100 AS h FROM range(1000000)");
        const string Expectations = """[{"check": "unique", "column": "i"}, {"check": "unique", "column": "h", "severity": "warn"}, {"check": "between", "column": "h", "min": 0, "max": 99}]""";

        var check = await fixture.CheckAsync("n", Expectations);

        Assert.Equal([0L, 1_000_000, 0], check.Results.Select(r => r.FailingRows!.Value));
        Assert.All(fixture.Progress, p => Assert.InRange(p.Fraction!.Value, 0, 1));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Activity("n", Expectations).ExecuteAsync(fixture.Context(), cancelled.Token));
    }
}
