using Dag.Activities.Lake;
using Dag.Activities.Quality;
using Dag.Tests;

namespace Dag.Activities.Tests.Quality;

/// <summary>What the store of profiles promises on every metadata database.</summary>
public abstract class DatasetProfilesContract : IAsyncLifetime
{
    private TestDatabase _test = null!;
    private DatasetProfiles _profiles = null!;

    public async ValueTask InitializeAsync()
    {
        _test = await CreateAsync();
        var database = _test.Open();
        await database.MigrateAsync([CheckReports.Migrations], CancellationToken.None);
        _profiles = new DatasetProfiles(database);
    }

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_version_has_one_profile_and_the_last_one_counts()
    {
        await _profiles.SaveAsync(Profile("a", 1, 10), CancellationToken.None);
        await _profiles.SaveAsync(Profile("a", 1, 11), CancellationToken.None);
        await _profiles.SaveAsync(Profile("a", 4, 40), CancellationToken.None);
        await _profiles.SaveAsync(Profile("b", 2, 20), CancellationToken.None);

        var found = await new DatasetProfiles(_test.Open()).FindAsync("a", 1, CancellationToken.None);

        Assert.Equal((11L, new DatasetReference("a", 1), new ProfileSettings(20, 10, 100)), (found!.Rows, found.Dataset, found.Settings));
        Assert.Equal((0.1, "\u00fc'\"", 3L), (found.Columns[0].Numbers!.Mean, found.Columns[0].Top[0].Value, found.Columns[0].Numbers!.Histogram[1]));
        Assert.Null(await _profiles.FindAsync("a", 2, CancellationToken.None));
    }

    [Fact]
    public async Task The_profile_before_is_that_of_the_nearest_lower_version()
    {
        await _profiles.SaveAsync(Profile("a", 1, 10), CancellationToken.None);
        await _profiles.SaveAsync(Profile("a", 4, 40), CancellationToken.None);
        await _profiles.SaveAsync(Profile("b", 5, 50), CancellationToken.None);

        Assert.Equal(40, (await _profiles.FindBeforeAsync(new DatasetReference("a", 9), CancellationToken.None))!.Rows);
        Assert.Equal(10, (await _profiles.FindBeforeAsync(new DatasetReference("a", 4), CancellationToken.None))!.Rows);
        Assert.Null(await _profiles.FindBeforeAsync(new DatasetReference("a", 1), CancellationToken.None));
    }

    private protected abstract Task<TestDatabase> CreateAsync();

    private static DatasetProfile Profile(string dataset, int version, long rows) => new()
    {
        Dataset = new DatasetReference(dataset, version),
        Rows = rows,
        Columns =
        [
            new ColumnProfile
            {
                Name = "x",
                Type = "DOUBLE",
                Nulls = 1,
                Top = [new ValueCount("\u00fc'\"", 2)],
                Numbers = new NumberProfile
                {
                    Min = -1, Max = 1, Mean = 0.1, Zeros = 0, Negatives = 1, NotFinite = 0, Quantiles = [0.5], QuantilesAreExact = true, Histogram = [1, 3],
                },
            },
        ],
        Settings = new ProfileSettings(20, 10, 100),
        ProfiledAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        RunId = "run",
    };
}
