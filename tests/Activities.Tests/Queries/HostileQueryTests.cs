namespace Dag.Activities.Tests.Queries;

/// <summary>SQL that means harm reads nothing, writes nothing, and does not end the process.</summary>
public sealed class HostileQueryTests : IClassFixture<HostileQueryTests.Lake>
{
    private readonly QueryFixture _fixture;

    public HostileQueryTests(Lake lake) => _fixture = lake.Fixture;

    [Theory]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("SELECT 1; DROP VIEW flights")]
    [InlineData("COPY flights TO '/tmp/dag-hostile.csv'")]
    [InlineData("COPY (SELECT 1) TO '/tmp/dag-hostile.csv'")]
    [InlineData("ATTACH '/tmp/dag-hostile.db'")]
    [InlineData("INSTALL httpfs")]
    [InlineData("LOAD httpfs")]
    [InlineData("SET memory_limit = '100GB'")]
    [InlineData("RESET enable_external_access")]
    [InlineData("PRAGMA database_list")]
    [InlineData("CALL enable_logging('QueryLog', storage='file', storage_config={'path': '/tmp/dag-hostile'})")]
    [InlineData("CREATE TABLE t AS SELECT 1")]
    [InlineData("INSERT INTO flights VALUES (1)")]
    [InlineData("UPDATE flights SET id = 2")]
    [InlineData("DELETE FROM flights")]
    [InlineData("EXPORT DATABASE '/tmp/dag-hostile'")]
    [InlineData("CREATE SECRET (TYPE s3)")]
    [InlineData("CHECKPOINT")]
    [InlineData("EXPLAIN ANALYZE SELECT 1")]
    [InlineData("PREPARE p AS SELECT 1")]
    [InlineData("SHOW TABLES")]
    public Task A_statement_that_is_no_SELECT_is_refused(string sql) => RefusedAsync(sql);

    [Theory]
    [InlineData("SELECT * FROM read_csv('/etc/passwd')")]
    [InlineData("SELECT * FROM read_text('/etc/passwd')")]
    [InlineData("SELECT * FROM read_blob('/proc/self/environ')")]
    [InlineData("SELECT * FROM read_parquet('/etc/passwd')")]
    [InlineData("SELECT * FROM glob('/etc/*')")]
    [InlineData("SELECT * FROM sniff_csv('/etc/passwd')")]
    [InlineData("SELECT * FROM parquet_metadata('/etc/passwd')")]
    [InlineData("SELECT * FROM '/etc/passwd'")]
    [InlineData("SELECT * FROM 'http://169.254.169.254/latest/meta-data'")]
    [InlineData("SELECT * FROM \"/etc/passwd.csv\"")]
    [InlineData("SELECT * FROM read_json('http://169.254.169.254/')")]
    [InlineData("SELECT * FROM query('SELECT 1')")]
    [InlineData("SELECT * FROM query_table('flights')")]
    [InlineData("SELECT * FROM duckdb_settings()")]
    [InlineData("SELECT * FROM duckdb_secrets()")]
    [InlineData("SELECT * FROM pragma_version()")]
    [InlineData("SELECT * FROM information_schema.tables")]
    [InlineData("SELECT * FROM pg_catalog.pg_tables")]
    [InlineData("SELECT * FROM sqlite_master")]
    [InlineData("SELECT * FROM system.information_schema.tables")]
    [InlineData("SELECT * FROM test_all_types()")]
    [InlineData("SELECT * FROM json_execute_serialized_sql('{}')")]
    [InlineData("SELECT * FROM enable_logging('QueryLog', storage='file', storage_config={'path': '/tmp/dag-hostile'})")]
    [InlineData("WITH x AS (SELECT * FROM enable_profiling()) SELECT * FROM x")]
    [InlineData("SELECT (SELECT max(content) FROM read_text('/etc/passwd'))")]
    [InlineData("SELECT id IN (SELECT size FROM read_blob('/etc/passwd')) FROM flights")]
    [InlineData("SELECT * FROM range((SELECT max(size) FROM read_blob('/etc/passwd')))")]
    [InlineData("SELECT * FROM flights, LATERAL (SELECT * FROM checkpoint())")]
    [InlineData("SELECT 1 UNION ALL SELECT 2 FROM force_checkpoint()")]
    [InlineData("SELECT list_transform([1], x -> (SELECT max(size) FROM read_blob('/etc/passwd')))")]
    [InlineData("SELECT 1 ORDER BY (SELECT max(size) FROM read_blob('/etc/passwd'))")]
    [InlineData("SELECT * FROM flights PIVOT (max(id) FOR id IN (SELECT size FROM read_blob('/etc/passwd')))")]
    [InlineData("DESCRIBE SELECT * FROM read_csv('/etc/passwd')")]
    [InlineData("SELECT current_setting('temp_directory')")]
    [InlineData("SELECT system.main.current_setting('temp_directory')")]
    [InlineData("SELECT getenv('HOME')")]
    [InlineData("SELECT sleep_ms(100000)")]
    [InlineData("SELECT pg_sleep(100)")]
    [InlineData("SELECT write_log('x')")]
    [InlineData("SELECT nextval('s')")]
    [InlineData("SELECT $x")]
    [InlineData("SELECT ?")]
    public Task Files_the_network_and_the_engine_itself_are_out_of_reach(string sql) => RefusedAsync(sql);

    [Fact]
    public async Task SQL_that_nests_deeply_is_refused_and_nothing_breaks()
    {
        await RefusedAsync($"SELECT {string.Concat(Enumerable.Repeat("abs(", 100_000))}1{new string(')', 100_000)}");
        await RefusedAsync($"SELECT 1{string.Concat(Enumerable.Repeat(" + 1", 100_000))}");
        await RefusedAsync($"SELECT {string.Concat(Enumerable.Repeat("(SELECT ", 10_000))}1{new string(')', 10_000)}");
        await RefusedAsync("SELECT '\0'");
        Assert.Equal(1L, (await _fixture.QueryAsync("SELECT count(*) FROM flights")).Value);
    }

    private async Task RefusedAsync(string sql)
    {
        await _fixture.FaultAsync(sql);
        Assert.False(Path.Exists("/tmp/dag-hostile.csv") || Path.Exists("/tmp/dag-hostile.db") || Path.Exists("/tmp/dag-hostile"));
    }

    /// <summary>A lake with one dataset.</summary>
    public sealed class Lake : IAsyncLifetime
    {
        internal QueryFixture Fixture { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Fixture = await QueryFixture.CreateAsync();
            await Fixture.Lake.PublishRowsAsync("flights", "SELECT 1 AS id");
        }

        public ValueTask DisposeAsync() => Fixture.DisposeAsync();
    }
}
