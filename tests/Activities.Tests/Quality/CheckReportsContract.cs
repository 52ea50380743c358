using Dag.Activities.Lake;
using Dag.Activities.Quality;
using Dag.Tests;

namespace Dag.Activities.Tests.Quality;

/// <summary>What the store of reports promises on every metadata database.</summary>
public abstract class CheckReportsContract : IAsyncLifetime
{
    private static readonly DateTimeOffset Day = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private TestDatabase _test = null!;
    private CheckReports _reports = null!;

    public async ValueTask InitializeAsync()
    {
        _test = await CreateAsync();
        var database = _test.Open();
        await database.MigrateAsync([CheckReports.Migrations], CancellationToken.None);
        _reports = new CheckReports(database);
    }

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Reports_of_a_version_come_the_latest_first_as_they_were()
    {
        await _reports.SaveAsync(Report("a", 1, "k1", Day), CancellationToken.None);
        await _reports.SaveAsync(Report("a", 1, "k2", Day.AddHours(1)), CancellationToken.None);
        await _reports.SaveAsync(Report("a", 2, "k3", Day), CancellationToken.None);
        await _reports.SaveAsync(Report("b", 1, "k4", Day), CancellationToken.None);

        var found = await new CheckReports(_test.Open()).ListAsync("a", 1, 10, CancellationToken.None);

        Assert.Equal(["k2", "k1"], found.Select(r => r.IdempotencyKey));
        Assert.Equal(Day.AddHours(1), found[0].CheckedAt);
        Assert.Equal("ü'\"", Assert.Single(found[0].Samples["x"])["c"]);
        Assert.Equal(CheckStatus.Warned, Assert.Single(found[0].Results).Status);
        Assert.Equal(["k2"], (await _reports.ListAsync("a", 1, 1, CancellationToken.None)).Select(r => r.IdempotencyKey));
        Assert.Empty(await _reports.ListAsync("c", 1, 1, CancellationToken.None));
    }

    [Fact]
    public async Task A_report_replaces_the_one_of_the_same_key()
    {
        await _reports.SaveAsync(Report("a", 1, "k", Day), CancellationToken.None);
        await _reports.SaveAsync(Report("a", 2, "k", Day), CancellationToken.None);

        Assert.Empty(await _reports.ListAsync("a", 1, 10, CancellationToken.None));
        Assert.Single(await _reports.ListAsync("a", 2, 10, CancellationToken.None));
    }

    private protected abstract Task<TestDatabase> CreateAsync();

    private static CheckReport Report(string dataset, int version, string key, DateTimeOffset at) => new()
    {
        Dataset = new DatasetReference(dataset, version),
        Rows = 3,
        Outcome = "Warned",
        Results =
        [
            new CheckResult
            {
                Name = "x", Check = "notNull", Severity = CheckSeverity.Warn, Status = CheckStatus.Warned, Expected = "e", Observed = "o", Rows = 3, FailingRows = 1, Share = 2 / 3.0,
            },
        ],
        Samples = new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string?>>>
        {
            ["x"] = [new Dictionary<string, string?> { ["c"] = "ü'\"", ["n"] = null }],
        },
        RunId = "run",
        ActivityId = "check",
        CheckedAt = at,
        IdempotencyKey = key,
    };
}
