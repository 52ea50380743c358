namespace Dag.Activities.Tests.Quality;

/// <summary>What is refused, on one dataset that no test changes.</summary>
public sealed class ExpectationFaultTests : IClassFixture<ExpectationFaultTests.Flights>
{
    private readonly CheckFixture _fixture;

    public ExpectationFaultTests(Flights flights) => _fixture = flights.Fixture;

    [Theory]
    [InlineData("nonsense", "expectations is no JSON")]
    [InlineData("{}", "expectations must be a JSON list")]
    [InlineData("[]", "expectations is empty")]
    [InlineData("[1]", "Expectation 1 must be an object")]
    [InlineData("[{}]", "Expectation 1 does not say what to check: write \"check\" with one of notNull, unique, between")]
    [InlineData("""[{"check": "notNul", "column": "id"}]""", "the check 'notNul' is not known. Did you mean 'notNull'?")]
    [InlineData("""[{"check": "notNull"}]""", "Expectation 1 (notNull): column is missing")]
    [InlineData("""[{"check": "notNull", "column": 3}]""", "column must be a text")]
    [InlineData("""[{"check": "notNull", "column": "orign"}]""", "flights@1 has no column 'orign'. Did you mean 'origin'? Its columns are: id, origin, delay, day, list.")]
    [InlineData("""[{"check": "notNull", "column": "id", "colum": "x"}]""", "'colum' is not known. Did you mean 'column'?")]
    [InlineData("""[{"check": "notNull", "column": "id", "column": "day"}]""", "expectations is no JSON")]
    [InlineData("""[{"check": "notNull", "column": "id", "severity": "fatal"}]""", "severity 'fatal' is not known: write error or warn.")]
    [InlineData("""[{"check": "notNull", "column": "id", "mostly": 95}]""", "mostly must be a number from 0 to 1")]
    [InlineData("""[{"check": "notNull", "column": "id", "mostly": "0.9"}]""", "mostly must be a number from 0 to 1")]
    [InlineData("""[{"check": "rowCount", "min": 1, "mostly": 0.9}]""", "mostly is for checks of rows")]
    [InlineData("""[{"check": "rowCount"}]""", "it needs min, max or both")]
    [InlineData("""[{"check": "rowCount", "min": 5, "max": 4}]""", "min 5 is over max 4")]
    [InlineData("""[{"check": "rowCount", "min": 1.5}]""", "min must be a whole number")]
    [InlineData("""[{"check": "unique"}]""", "it needs a column, or columns")]
    [InlineData("""[{"check": "unique", "column": "id", "columns": ["day"]}]""", "it needs a column, or columns")]
    [InlineData("""[{"check": "unique", "columns": ["id", 3]}]""", "columns must be a list of texts")]
    [InlineData("""[{"check": "between", "column": "delay", "min": "a"}]""", "min is \"a\", and delay is DOUBLE: write a number")]
    [InlineData("""[{"check": "between", "column": "origin", "min": 3}]""", "min is 3, and origin is VARCHAR: write a text")]
    [InlineData("""[{"check": "between", "column": "day", "max": "2026-02-30"}]""", "max is \"2026-02-30\", and day is DATE: write a time")]
    [InlineData("""[{"check": "between", "column": "list", "max": 3}]""", "it is for numbers or texts or times, and list is INTEGER[]")]
    [InlineData("""[{"check": "between", "column": "delay", "min": 3, "max": 2}]""", "min 3 is over max 2")]
    [InlineData("""[{"check": "inSet", "column": "id", "values": []}]""", "values must be a list with at least one value")]
    [InlineData("""[{"check": "inSet", "column": "id", "values": [1, null]}]""", "a value is null, and id is INTEGER: write a number")]
    [InlineData("""[{"check": "matches", "column": "origin", "pattern": "(a"}]""", "the pattern (a is no regular expression (RE2): missing ): (a.")]
    [InlineData("""[{"check": "matches", "column": "id", "pattern": "a"}]""", "it is for texts, and id is INTEGER")]
    [InlineData("""[{"check": "length", "column": "origin", "min": -1}]""", "min must be a whole number from 0")]
    [InlineData("""[{"check": "compare", "column": "id", "operator": "~", "other": "delay"}]""", "operator '~' is not known: write = or != or")]
    [InlineData("""[{"check": "compare", "column": "id", "operator": "<", "other": "origin"}]""", "id is INTEGER and origin is VARCHAR")]
    [InlineData("""[{"check": "columns"}]""", "columns is missing")]
    [InlineData("""[{"check": "columns", "columns": ["id"], "mode": "some"}]""", "mode 'some' is not known: write exact or subset")]
    [InlineData("""[{"check": "freshness", "maxAge": "1 day"}]""", "maxAge must be a time span over zero")]
    [InlineData("""[{"check": "freshness", "column": "origin", "maxAge": "1.00:00:00"}]""", "it is for times, and origin is VARCHAR")]
    [InlineData("""[{"check": "sql", "where": "delay +"}]""", "Expectation 1 (sql): where: syntax error")]
    [InlineData("""[{"check": "sql", "where": "dela > 3"}]""", "Referenced column \"dela\" not found")]
    [InlineData("""[{"check": "sql", "where": "delay"}]""", "where gives DOUBLE, and must be true for the rows that are wrong")]
    [InlineData("""[{"check": "notNull", "column": "id", "name": "a"}, {"check": "notNull", "column": "day", "name": "a"}]""", "The name 'a' is given to 2 expectations")]
    public async Task A_fault_names_the_expectation_what_is_wrong_and_what_would_be_right(string expectations, string fault)
    {
        Assert.Contains(fault, await _fixture.FaultAsync("flights", expectations));
    }

    [Theory]
    [InlineData("true) UNION SELECT 1 FROM data WHERE (true", "It must be one condition")]
    [InlineData("true) GROUP BY 1 HAVING (true", "It must be one condition")]
    [InlineData("EXISTS (SELECT 1 FROM read_text('/etc/passwd'))", "The function read_text cannot be used in FROM")]
    [InlineData("EXISTS (FROM '/etc/passwd')", "It cannot read /etc/passwd, only data")]
    [InlineData("EXISTS (FROM information_schema.tables)", "It cannot read information_schema.tables, only data")]
    [InlineData("EXISTS (FROM enable_logging('QueryLog'))", "The function enable_logging cannot be used in FROM")]
    [InlineData("sleep_ms(100000) IS NULL", "The function sleep_ms cannot be used")]
    [InlineData("true); DROP VIEW data; SELECT (true", "Only one SELECT can be run")]
    public async Task A_condition_in_SQL_cannot_reach_beyond_the_dataset(string condition, string fault)
    {
        Assert.Contains(fault, await _fixture.FaultAsync("flights", System.Text.Json.JsonSerializer.Serialize(new[] { new { check = "sql", where = condition } })));
    }

    [Fact]
    public async Task All_faults_are_told_at_once()
    {
        var fault = await _fixture.FaultAsync(
            "flights",
            """
            [
              {"check": "nosuch"},
              {"check": "notNull", "column": "missing"},
              {"check": "matches", "column": "origin", "pattern": "["},
              {"check": "between", "column": "delay", "min": true, "typo": 1},
              {"check": "notNull", "column": "id"}
            ]
            """);

        Assert.Contains("Expectation 1: the check 'nosuch' is not known", fault);
        Assert.Contains("Expectation 2 (notNull): flights@1 has no column 'missing'", fault);
        Assert.Contains("Expectation 3 (matches): the pattern [ is no regular expression", fault);
        Assert.Contains("Expectation 4 (between): 'typo' is not known", fault);
        Assert.Contains("Expectation 4 (between): min is true", fault);
    }

    [Fact]
    public async Task Expectations_can_be_a_list_that_a_workflow_made()
    {
        var list = new List<object?>
        {
            new Dictionary<string, object?> { ["check"] = "between", ["column"] = "delay", ["min"] = 0, ["mostly"] = 0.5 },
        };

        Assert.Equal("Passed", (await _fixture.CheckAsync("flights", list)).Outcome);
    }

    /// <summary>One flight.</summary>
    public sealed class Flights : IAsyncLifetime
    {
        internal CheckFixture Fixture { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Fixture = await CheckFixture.CreateAsync();
            await Fixture.PublishAsync("flights", "SELECT 1 AS id, 'SFO' AS origin, 2.5::DOUBLE AS delay, DATE '2026-01-01' AS day, [1, 2] AS list");
        }

        public ValueTask DisposeAsync() => Fixture.DisposeAsync();
    }
}
