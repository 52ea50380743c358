using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Activities.Quality;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Activities.Tests.Quality;

public sealed class ProfileDatasetTests : IAsyncLifetime
{
    private CheckFixture _fixture = null!;
    private DatasetProfiles _profiles = null!;

    public async ValueTask InitializeAsync()
    {
        _fixture = await CheckFixture.CreateAsync();
        _profiles = new DatasetProfiles(_fixture.Database);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    // The figures are those of pandas' describe() of the data set.
    [Theory]
    [InlineData("Beak Length (mm)", 2, 32.1, 39.225, 44.45, 48.5, 59.6, 43.92192982456140, 5.459583713926532)]
    [InlineData("Beak Depth (mm)", 2, 13.1, 15.6, 17.3, 18.7, 21.5, 17.15116959064327, 1.9747931568167812)]
    [InlineData("Flipper Length (mm)", 2, 172, 190, 197, 213, 231, 200.91520467836258, 14.061713679356886)]
    [InlineData("Body Mass (g)", 2, 2700, 3550, 4050, 4750, 6300, 4201.754385964912, 801.9545356980955)]
    public async Task Penguins_are_described_as_by_pandas(
        string column, long nulls, double min, double first, double median, double third, double max, double mean, double std)
    {
        var profile = await ProfileAsync($"SELECT * FROM read_json({DuckDbSql.Literal(VegaData.File("penguins.json"))})");

        var found = profile.Columns.Single(c => c.Name == column);
        Assert.Equal((344L, nulls), (profile.Rows, found.Nulls));
        Assert.Equal((min, max, first, median, third), (found.Numbers!.Min, found.Numbers.Max, found.Numbers.Quantiles[2], found.Numbers.Quantiles[3], found.Numbers.Quantiles[4]));
        Assert.Equal(1, found.Numbers.Mean!.Value / mean, 1e-13);
        Assert.Equal(1, found.Numbers.Std!.Value / std, 1e-13);
        Assert.True(found.Numbers.QuantilesAreExact);
    }

    [Fact]
    public async Task Texts_are_counted_and_measured()
    {
        var profile = await ProfileAsync($"SELECT * FROM read_json({DuckDbSql.Literal(VegaData.File("penguins.json"))})");

        var species = profile.Columns.Single(c => c.Name == "Species");
        Assert.Equal([new ValueCount("Adelie", 152), new ValueCount("Gentoo", 124), new ValueCount("Chinstrap", 68)], species.Top);
        Assert.Equal((3L, true, true, 0L, "Adelie", "Gentoo"), (species.Distinct, species.DistinctIsExact, species.TopIsComplete, species.Nulls, species.Min, species.Max));
        Assert.Equal(new LengthProfile(6, ((152 + 124) * 6 + 68 * 9) / 344.0, 9, 0), species.Lengths);
        Assert.Null(species.Numbers);
        var sex = profile.Columns.Single(c => c.Name == "Sex");
        Assert.Equal(344, sex.Top.Sum(t => t.Count) + sex.Nulls);
    }

    [Fact]
    public async Task Flights_have_the_mean_quantiles_and_histogram_that_numpy_computes()
    {
        var profile = await ProfileAsync($"SELECT * FROM read_json({DuckDbSql.Literal(VegaData.File("flights-20k.json"))})", bins: 37);

        foreach (var name in new[] { "delay", "distance" })
        {
            var values = Column(profile.Dataset, name);
            var numbers = profile.Columns.Single(c => c.Name == name).Numbers!;
            var mean = values.Average();
            Assert.Equal((values[0], values[^1]), (numbers.Min, numbers.Max));
            Assert.Equal(mean, numbers.Mean!.Value, 1e-9);
            Assert.Equal(Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)), numbers.Std!.Value, 1e-9);
            Assert.Equal(NumberProfile.QuantileShares.Select(q => Quantile(values, q)), numbers.Quantiles, (a, b) => Math.Abs(a - b) < 1e-9);
            Assert.Equal(Histogram(values, 37), numbers.Histogram);
            Assert.Equal((values.Count(v => v == 0), values.Count(v => v < 0), 0L), (numbers.Zeros, numbers.Negatives, numbers.NotFinite));
        }
    }

    [Fact]
    public async Task Every_type_has_its_figures()
    {
        var profile = await ProfileAsync(
            """
            SELECT * FROM (VALUES
              (1::TINYINT, 1.5::DECIMAL(9, 2), 'nan'::DOUBLE, true,  DATE '2026-01-01', TIMESTAMPTZ '2026-01-01 00:00:00+00', 'x', [1], 'a'::ENUM ('a', 'b'), NULL::INTEGER, TIME '10:00'),
              (2,          2.5,                'inf',         false, DATE '2026-01-03', '2026-01-01 00:00:10+00',             '',  [2], 'a',                   NULL,          TIME '11:00'),
              (NULL,       NULL,               7,             NULL,  NULL,              NULL,                                 NULL, NULL, NULL,               NULL,          NULL)
            ) AS t(tiny, amount, ratio, flag, day, moment, text, list, choice, nothing, time)
            """);

        var byName = profile.Columns.ToDictionary(c => c.Name);
        Assert.All(profile.Columns, c => Assert.Equal(c.Name switch { "ratio" => 0, "nothing" => 3, _ => 1 }, c.Nulls));
        Assert.Equal((1.5, "1.50", "2.50", 2.0), (byName["amount"].Numbers!.Min, byName["amount"].Min, byName["amount"].Max, byName["amount"].Numbers!.Mean));
        Assert.Equal((7.0, 7.0, 2L, 7.0, null), (byName["ratio"].Numbers!.Min, byName["ratio"].Numbers!.Max, byName["ratio"].Numbers!.NotFinite, byName["ratio"].Numbers!.Mean, byName["ratio"].Numbers!.Std));
        Assert.Equal([1L], byName["ratio"].Numbers!.Histogram);
        Assert.Equal((2L, "false", "true"), (byName["flag"].Distinct, byName["flag"].Min, byName["flag"].Max));
        Assert.Equal(("2026-01-01", 2 * 86400.0), (byName["day"].Min, byName["day"].Numbers!.Max - byName["day"].Numbers!.Min));
        Assert.Equal(("2026-01-01 00:00:00+00", 5.0), (byName["moment"].Min, byName["moment"].Numbers!.Mean - byName["moment"].Numbers!.Min));
        Assert.Equal(new LengthProfile(0, 0.5, 1, 1), byName["text"].Lengths);
        Assert.Equal((null, null, 0), (byName["list"].Distinct, byName["list"].Min, byName["list"].Top.Count));
        Assert.Equal([new ValueCount("a", 2)], byName["choice"].Top);
        Assert.Equal((0L, null, null), (byName["nothing"].Distinct, byName["nothing"].Min, byName["nothing"].Numbers));
    }

    [Theory]
    [InlineData("SELECT 1.7e308 AS x UNION ALL SELECT -1.7e308")]
    [InlineData("SELECT 5 AS x FROM range(3)")]
    [InlineData("SELECT 5 AS x WHERE false")]
    [InlineData("SELECT 9223372036854775807 AS x UNION ALL SELECT -9223372036854775808")]
    [InlineData("SELECT 'infinity'::TIMESTAMP AS x UNION ALL SELECT TIMESTAMP '2026-01-01'")]
    [InlineData("SELECT repeat('x', 100000) AS x")]
    public async Task Extremes_break_nothing(string select)
    {
        var profile = await ProfileAsync(select);

        var column = Assert.Single(profile.Columns);
        Assert.InRange(column.Max?.Length ?? 0, 0, 100);
        Assert.Equal(profile.Rows, column.Nulls + column.Top.Sum(t => t.Count));
        if (column.Numbers is { } numbers)
        {
            Assert.Equal(profile.Rows - column.Nulls - numbers.NotFinite, numbers.Histogram.Sum());
        }
    }

    [Fact]
    public async Task Beyond_the_limit_distinct_values_are_an_estimate_and_frequent_ones_are_still_found()
    {
        var profile = await ProfileAsync(
            "SELECT CASE WHEN range % 4 = 0 THEN 'n/a' ELSE 'id' || range END AS id, range % 100 AS few FROM range(200000)", limit: 1000);

        var id = profile.Columns[0];
        Assert.False(id.DistinctIsExact);
        Assert.InRange(id.Distinct!.Value, 130_000, 170_000);
        Assert.Equal([new ValueCount("n/a", 50_000)], id.Top);
        Assert.False(id.TopIsComplete);
        Assert.Equal((100L, true, new ValueCount("0", 2000)), (profile.Columns[1].Distinct, profile.Columns[1].DistinctIsExact, profile.Columns[1].Top[0]));
    }

    [Fact]
    public async Task A_profile_is_kept_with_its_version_and_made_once()
    {
        await _fixture.PublishAsync("n", "SELECT range AS x, 1 AS one, NULL::INTEGER AS empty FROM range(10)");
        var first = await RunAsync("n");
        _fixture.Clock.Advance(TimeSpan.FromHours(1));
        await RunAsync("n@1");
        var kept = (await _profiles.FindAsync("n", 1, CancellationToken.None))!;

        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), kept.ProfiledAt);
        Assert.Equal(["x BIGINT 0 10 0 9 4.5", "one INTEGER 0 1 1 1 1", "empty INTEGER 10 0   "], first.Columns.Select(c =>
            FormattableString.Invariant($"{c.Name} {c.Type} {c.Nulls} {c.Distinct} {c.Min} {c.Max} {c.Mean}")));
        Assert.Equal(["one is always 1", "empty has no value"], first.Notes);
        await RunAsync("n", a => a.Bins = 5);
        Assert.Equal(5, (await _profiles.FindAsync("n", 1, CancellationToken.None))!.Columns[0].Numbers!.Histogram.Count);
        await _fixture.PublishAsync("n", "SELECT range AS x FROM range(20)");
        await RunAsync("n");
        Assert.Equal(20, (await _profiles.FindAsync("n", 2, CancellationToken.None))!.Rows);
        Assert.Equal(10, (await _profiles.FindBeforeAsync(new DatasetReference("n", 2), CancellationToken.None))!.Rows);
        Assert.Null(await _profiles.FindBeforeAsync(new DatasetReference("n", 1), CancellationToken.None));
    }

    [Fact]
    public async Task Hundreds_of_columns_are_profiled_in_several_passes()
    {
        var profile = await ProfileAsync($"SELECT {string.Join(", ", Enumerable.Range(0, 250).Select(i => $"range + {i} AS c{i}"))} FROM range(10)");

        Assert.Equal(Enumerable.Range(0, 250).Select(i => i + 4.5), profile.Columns.Select(c => c.Numbers!.Mean!.Value));
    }

    private async Task<DatasetProfile> ProfileAsync(string select, int bins = 20, int limit = 100_000)
    {
        var version = await _fixture.PublishAsync("data", select);
        await RunAsync("data", a => (a.Bins, a.DistinctLimit) = (bins, limit));
        return (await _profiles.FindAsync("data", version.Version, CancellationToken.None))!;
    }

    private async Task<ProfileDataset> RunAsync(string dataset, Action<ProfileDataset>? configure = null)
    {
        var profiler = new DatasetProfiler(_fixture.Lake, _fixture.Engine, _profiles, _fixture.Clock);
        var activity = new ProfileDataset(profiler, _fixture.Clock, NullLogger<ProfileDataset>.Instance) { Dataset = DatasetReference.Parse(dataset) };
        configure?.Invoke(activity);
        await activity.ExecuteAsync(_fixture.Context(), CancellationToken.None);
        return activity;
    }

    private double[] Column(DatasetReference dataset, string name)
    {
        var values = new List<double>();
        using var connection = _fixture.Engine.Open();
        var version = _fixture.Lake.GetAsync(dataset, CancellationToken.None).GetAwaiter().GetResult();
        using var result = connection.Query($"SELECT {DuckDbSql.Identifier(name)}::DOUBLE FROM {_fixture.Lake.RelationOf(version)} ORDER BY 1");
        while (result.NextChunk())
        {
            values.AddRange(result.Vector(0).Values<double>());
        }

        return [.. values];
    }

    // numpy.quantile with its default method, linear.
    private static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var low = (int)Math.Floor(at);
        return low + 1 < sorted.Length ? sorted[low] + ((sorted[low + 1] - sorted[low]) * (at - low)) : sorted[low];
    }

    // numpy.histogram: edges by linspace, each bin half open, the last one closed.
    private static long[] Histogram(double[] sorted, int bins)
    {
        var (min, max, counts) = (sorted[0], sorted[^1], new long[bins]);
        var edges = Enumerable.Range(0, bins + 1).Select(i => i == bins ? max : min + (i * ((max - min) / bins))).ToArray();
        foreach (var value in sorted)
        {
            var bin = Array.FindLastIndex(edges, e => e <= value);
            counts[Math.Min(bin, bins - 1)]++;
        }

        return counts;
    }
}
