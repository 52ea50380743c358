using Dag.Activities.Quality;

namespace Dag.Activities.Tests.Quality;

/// <summary>Each kind of expectation, on one dataset that no test changes.</summary>
public sealed class ExpectationTests : IClassFixture<ExpectationTests.Flights>
{
    private readonly CheckFixture _fixture;

    public ExpectationTests(Flights flights) => _fixture = flights.Fixture;

    // check, how many rows are looked at, how many fail
    [Theory]
    [InlineData("""{"check": "notNull", "column": "delay"}""", 4, 1)]
    [InlineData("""{"check": "notNull", "column": "ID"}""", 4, 0)]
    [InlineData("""{"check": "unique", "column": "id"}""", 4, 2)]
    [InlineData("""{"check": "unique", "column": "origin"}""", 3, 0)]
    [InlineData("""{"check": "unique", "columns": ["id", "origin"]}""", 4, 0)]
    [InlineData("""{"check": "unique", "columns": ["id", "night"]}""", 4, 0)]
    [InlineData("""{"check": "between", "column": "delay", "min": -5.5, "max": 10}""", 3, 1)]
    [InlineData("""{"check": "between", "column": "delay", "min": -5.5, "strictMin": true, "max": 10, "strictMax": true}""", 3, 3)]
    [InlineData("""{"check": "between", "column": "id", "max": 2.5}""", 4, 2)]
    [InlineData("""{"check": "between", "column": "id", "min": 1e300}""", 4, 4)]
    [InlineData("""{"check": "between", "column": "origin", "min": "LAX", "max": "SFO"}""", 3, 1)]
    [InlineData("""{"check": "between", "column": "day", "min": "2026-01-02 12:00:00"}""", 4, 2)]
    [InlineData("""{"check": "between", "column": "departs", "max": "2026-01-01"}""", 4, 4)]
    [InlineData("""{"check": "inSet", "column": "origin", "values": ["SFO", "LAX", "it's"]}""", 3, 1)]
    [InlineData("""{"check": "inSet", "column": "id", "values": [1, 2.0]}""", 4, 2)]
    [InlineData("""{"check": "inSet", "column": "night", "values": [true]}""", 3, 1)]
    [InlineData("""{"check": "inSet", "column": "day", "values": ["2026-01-01"]}""", 4, 3)]
    [InlineData("""{"check": "matches", "column": "origin", "pattern": "^[A-Z]{3}$"}""", 3, 1)]
    [InlineData("""{"check": "matches", "column": "origin", "pattern": "F"}""", 3, 2)]
    [InlineData("""{"check": "length", "column": "origin", "min": 3, "max": 3}""", 3, 0)]
    [InlineData("""{"check": "length", "column": "origin", "min": 4}""", 3, 3)]
    [InlineData("""{"check": "compare", "column": "departs", "operator": "<", "other": "arrives"}""", 3, 2)]
    [InlineData("""{"check": "compare", "column": "departs", "operator": ">=", "other": "day"}""", 4, 0)]
    [InlineData("""{"check": "compare", "column": "id", "operator": "!=", "other": "delay"}""", 3, 0)]
    [InlineData("""{"check": "sql", "where": "delay > 100 OR origin = 'sfo'"}""", 4, 2)]
    [InlineData("""{"check": "sql", "where": "delay > (SELECT avg(delay) FROM data) -- too late"}""", 4, 1)]
    public async Task Rows_are_looked_at_unless_they_have_no_value_and_counted_when_they_fail(string expectation, long rows, long failing)
    {
        var result = await _fixture.CheckOneAsync("flights", expectation);

        Assert.Equal((rows, failing), (result.Rows, result.FailingRows));
        Assert.Equal(failing == 0 ? CheckStatus.Passed : CheckStatus.Failed, result.Status);
    }

    [Theory]
    [InlineData("""{"check": "rowCount", "min": 4, "max": 4}""", true)]
    [InlineData("""{"check": "rowCount", "min": 5}""", false)]
    [InlineData("""{"check": "rowCount", "max": 3}""", false)]
    [InlineData("""{"check": "columns", "columns": ["id", "origin", "delay", "day", "departs", "arrives", "night"], "ordered": true}""", true)]
    [InlineData("""{"check": "columns", "columns": ["origin", "id", "delay", "day", "departs", "arrives", "night"], "ordered": true}""", false)]
    [InlineData("""{"check": "columns", "columns": ["origin", "id", "delay", "day", "departs", "arrives", "night"]}""", true)]
    [InlineData("""{"check": "columns", "columns": ["origin", "id"]}""", false)]
    [InlineData("""{"check": "columns", "columns": ["origin", "id"], "mode": "subset"}""", true)]
    [InlineData("""{"check": "columns", "columns": ["origin", "id"], "mode": "subset", "ordered": true}""", false)]
    [InlineData("""{"check": "columns", "columns": ["origin", "fare"], "mode": "subset"}""", false)]
    [InlineData("""{"check": "freshness", "column": "departs", "maxAge": "1.02:00:00"}""", true)]
    [InlineData("""{"check": "freshness", "column": "departs", "maxAge": "1.01:59:59"}""", false)]
    [InlineData("""{"check": "freshness", "column": "day", "maxAge": "1.12:00:00"}""", true)]
    [InlineData("""{"check": "freshness", "maxAge": "00:00:01"}""", true)]
    public async Task The_whole_is_checked(string expectation, bool met)
    {
        var result = await _fixture.CheckOneAsync("flights", expectation);

        Assert.Equal(met ? CheckStatus.Passed : CheckStatus.Failed, result.Status);
        Assert.Null(result.Rows);
    }

    /// <summary>Four flights.</summary>
    public sealed class Flights : IAsyncLifetime
    {
        private const string Rows =
            """
            SELECT * FROM (VALUES
              (1, 'SFO', 10.0,  DATE '2026-01-01', TIMESTAMP '2026-01-01 10:00', TIMESTAMP '2026-01-01 12:00', true),
              (2, 'LAX', -5.5,  DATE '2026-01-02', TIMESTAMP '2026-01-02 10:00', TIMESTAMP '2026-01-02 09:00', true),
              (3, 'sfo', NULL,  DATE '2026-01-03', TIMESTAMP '2026-01-03 10:00', NULL,                         false),
              (3, NULL,  900.0, DATE '2026-01-04', TIMESTAMP '2026-01-04 10:00', TIMESTAMP '2026-01-04 10:00', NULL)
            ) AS t(id, origin, delay, day, departs, arrives, night)
            """;

        internal CheckFixture Fixture { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Fixture = await CheckFixture.CreateAsync();
            Fixture.Clock.JumpTo(new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero));
            await Fixture.PublishAsync("flights", Rows);
        }

        public ValueTask DisposeAsync() => Fixture.DisposeAsync();
    }
}
