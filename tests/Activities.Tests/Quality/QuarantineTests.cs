using Dag.Activities.Lake;
using Dag.Activities.Quality;
using Dag.Workflows.Activities;
using System.ComponentModel.DataAnnotations;

namespace Dag.Activities.Tests.Quality;

public sealed class QuarantineTests
{
    private const string Orders = "SELECT range AS id, CASE WHEN range % 20 = 7 THEN NULL ELSE range * 1.5 END AS price, 'c' || range AS customer FROM range(100)";
    private const string Expectations =
        """[{"check": "notNull", "column": "price", "name": "price"}, {"check": "between", "column": "id", "max": 98, "name": "id"}, {"check": "between", "column": "id", "min": 1, "severity": "warn"}]""";

    [Fact]
    public async Task Rows_that_fail_are_set_aside_with_the_reason_and_the_others_become_a_version()
    {
        await using var fixture = await CheckFixture.CreateAsync();
        await fixture.PublishAsync("orders.raw", Orders);

        var check = await fixture.CheckAsync("orders.raw", Expectations, Into("orders"));

        Assert.Equal(("Warned", 100L, 6L), (check.Outcome, check.Rows, check.RejectedRows));
        Assert.Equal(["SetAside", "SetAside", "Warned"], check.Results.Select(r => r.Status.ToString()));
        Assert.Equal((new DatasetReference("orders", 1), new DatasetReference("orders.rejected", 1)), (check.Result, check.Rejected));
        Assert.Equal("94 rows, 0 without a price, from 0 to 98", fixture.Query(
            "count(*) || ' rows, ' || count_if(price IS NULL) || ' without a price, from ' || min(id) || ' to ' || max(id)", check.Result!));
        Assert.Equal("7 price, 27 price, 47 price, 67 price, 87 price, 99 id", fixture.Query("string_agg(id || ' ' || failed_checks, ', ' ORDER BY id)", check.Rejected!));
        var good = await fixture.Lake.GetAsync(check.Result!, CancellationToken.None);
        Assert.Equal([new DatasetReference("orders.raw", 1)], good.Parents);
        Assert.Equal((94L, 6L, "run-1"), (good.Rows, good.RejectedRows, good.RunId));
        Assert.Equal(check.Rejected, Assert.Single(await fixture.Reports.ListAsync("orders.raw", 1, 9, CancellationToken.None)).Rejected);
    }

    [Fact]
    public async Task The_dataset_itself_gets_the_new_version_unless_another_is_named()
    {
        await using var fixture = await CheckFixture.CreateAsync();
        await fixture.PublishAsync("orders", Orders);

        var check = await fixture.CheckAsync("orders", Expectations, a => a.Quarantine = true);
        var again = await fixture.CheckAsync("orders", Expectations, a => a.Quarantine = true);

        Assert.Equal((new DatasetReference("orders", 2), new DatasetReference("orders.rejected", 1)), (check.Result, check.Rejected));
        // Nothing is left to set aside: the version stays what it is.
        Assert.Equal((new DatasetReference("orders", 2), null, 0L), (again.Result, again.Rejected, again.RejectedRows));
        Assert.Equal(2, (await fixture.Lake.GetAsync(new DatasetReference("orders"), CancellationToken.None)).Version);
    }

    [Fact]
    public async Task Versions_are_continued_when_appending()
    {
        await using var fixture = await CheckFixture.CreateAsync();
        await fixture.PublishAsync("raw", Orders);
        await fixture.CheckAsync("raw", Expectations, Into("orders", a => a.Mode = WriteMode.Append));
        await fixture.PublishAsync("raw", "SELECT range AS id, 1.5 * range AS price, 'c' AS customer FROM range(10)");

        var check = await fixture.CheckAsync("raw", Expectations, Into("orders", a => a.Mode = WriteMode.Append));

        Assert.Equal(new DatasetReference("orders", 2), check.Result);
        Assert.Null(check.Rejected);
        Assert.Equal(104L, fixture.Query("count(*)", check.Result!));
        await fixture.PublishAsync("raw", "SELECT 1 AS id, 'text' AS price, 'c' AS customer");
        var fault = await Assert.ThrowsAsync<ActivityException>(() => fixture.CheckAsync("raw", Expectations, Into("orders", a => a.Mode = WriteMode.Append)));
        Assert.Contains("These rows cannot be appended to orders@2: they have no column id BIGINT (they have id INTEGER, price VARCHAR, customer VARCHAR)", fault.Message);
    }

    [Theory]
    [InlineData(0.05, Expectations, "6 of 100 rows (6%) would be set aside, more than maxRejected allows (5%)")]
    [InlineData(1, """[{"check": "between", "column": "id", "max": -1}]""", "none of the 100 rows is right")]
    [InlineData(1, """[{"check": "notNull", "column": "price"}, {"check": "rowCount", "min": 1000}]""", "expected at least 1,000 rows")]
    public async Task Nothing_is_published_when_too_much_is_wrong(double maxRejected, string expectations, string complaint)
    {
        await using var fixture = await CheckFixture.CreateAsync();
        await fixture.PublishAsync("raw", Orders);

        var check = await fixture.CheckAsync("raw", expectations, Into("orders", a => a.MaxRejected = maxRejected));

        Assert.Equal(("Failed", null, null, 0L), (check.Outcome, check.Result, check.Rejected, check.RejectedRows));
        Assert.Contains(complaint, check.Error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(check.Results, r => r.Status == CheckStatus.SetAside);
        Assert.Equal(["raw"], (await fixture.Lake.ListAsync(CancellationToken.None)).Select(d => d.Dataset));
        Assert.Equal(0, await fixture.Lake.SweepAsync(TimeSpan.MinValue, CancellationToken.None));
    }

    [Fact]
    public async Task An_attempt_after_a_death_is_about_the_same_version_and_publishes_nothing_twice()
    {
        await using var fixture = await CheckFixture.CreateAsync();
        await fixture.PublishAsync("orders", Orders);
        var first = await fixture.CheckAsync("orders", Expectations, a => a.Quarantine = true, key: "k");
        await fixture.PublishAsync("orders", "SELECT 1 AS id, 2.5 AS price, 'late' AS customer");

        var second = await fixture.CheckAsync("orders", Expectations, a => a.Quarantine = true, key: "k");

        Assert.Equal((first.Result, first.Rejected, first.RejectedRows, first.Rows), (second.Result, second.Rejected, second.RejectedRows, second.Rows));
        Assert.Equal(3, (await fixture.Lake.ListVersionsAsync("orders", 10, CancellationToken.None)).Count);
        Assert.Single(await fixture.Lake.ListVersionsAsync("orders.rejected", 10, CancellationToken.None));
    }

    [Fact]
    public async Task Rows_of_a_key_that_comes_twice_are_all_set_aside_and_reasons_are_joined()
    {
        await using var fixture = await CheckFixture.CreateAsync();
        await fixture.PublishAsync(
            "raw", "SELECT * FROM (VALUES (1, NULL, 'x'), (1, 2, 'y'), (2, 3, 'z'), (NULL, 4, 'u'), (NULL, 5, 'v')) AS t(id, price, failed_checks)");

        var check = await fixture.CheckAsync(
            "raw", """[{"check": "unique", "column": "id", "name": "id"}, {"check": "notNull", "column": "price", "name": "price"}]""", Into("orders", a => a.MaxRejected = 0.5));

        Assert.Equal("x: id; price, y: id", fixture.Query("string_agg(failed_checks || ': ' || failed_checks_2, ', ' ORDER BY failed_checks)", check.Rejected!));
        Assert.Equal("u, v, z", fixture.Query("string_agg(failed_checks, ', ' ORDER BY failed_checks)", check.Result!));
    }

    [Theory]
    [InlineData("target", "target and rejectedTo need quarantine")]
    [InlineData("append", "mode Append would double the rows of orders")]
    [InlineData("same", "rejectedTo is orders, which holds the rows that are right")]
    [InlineData("name", "'../up' cannot be the name of a dataset")]
    public async Task Settings_that_make_no_sense_are_refused(string setting, string fault)
    {
        await using var fixture = await CheckFixture.CreateAsync();
        var activity = fixture.Activity("orders", Expectations, a =>
        {
            a.Quarantine = setting != "target";
            a.Target = setting == "target" ? "good" : setting == "name" ? "../up" : "";
            a.RejectedTo = setting == "same" ? "orders" : "";
            a.Mode = setting == "append" ? WriteMode.Append : WriteMode.Replace;
        });

        Assert.Contains(activity.Validate(new ValidationContext(activity)), r => r.ErrorMessage!.Contains(fault));
    }

    private static Action<CheckDataset> Into(string target, Action<CheckDataset>? more = null) => activity =>
    {
        activity.Quarantine = true;
        activity.Target = target;
        more?.Invoke(activity);
    };
}
