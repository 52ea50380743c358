using Dag.Activities.DuckDb;

namespace Dag.Activities.Tests.DuckDb;

public sealed class DuckDbConnectionTests : IDisposable
{
    // Long enough to be cancelled on any machine: it would run for hours.
    private const string Endless = "SELECT sum(a.range * b.range) FROM range(10_000_000) a, range(10_000_000) b WHERE a.range <> b.range + 1";

    private readonly TempFolder _folder = new();
    private readonly DuckDbEngine _engine;
    private readonly DuckDbConnection _connection;

    public DuckDbConnectionTests()
    {
        _engine = new DuckDbEngine(new DuckDbOptions { SpillFolder = _folder.File("spill"), MemoryLimitMegabytes = 128, Threads = 2 });
        _connection = _engine.Open();
    }

    public void Dispose()
    {
        _connection.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_library_is_the_pinned_version() => Assert.Equal("v1.5.6", DuckDbEngine.Version);

    [Fact]
    public void Execute_runs_all_statements_and_counts_the_rows_of_the_last()
    {
        var changed = _connection.Execute("CREATE TABLE t (a INT); INSERT INTO t SELECT * FROM range(17)");

        Assert.Equal(17, changed);
    }

    [Fact]
    public void Each_parameter_type_comes_back_as_it_went_in()
    {
        object?[] values =
        [
            null, true, 1L << 40, 2.5, 12.3400m, -0.01m, "it's \u00fcber \ud83e\udd86 and longer than twelve bytes", "short",
            new DateOnly(1969, 12, 31), new DateTime(2026, 2, 3, 4, 5, 6).AddTicks(7890),
            new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.FromHours(2)), new byte[] { 0, 1, 255 },
        ];
        var sql = "SELECT " + string.Join(',', values.Select((_, i) => $"${i + 1}"));
        using var result = _connection.Query(sql, values);

        Assert.True(result.NextChunk());
        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal(values[i], result.Vector(i).GetValue(0));
        }
    }

    [Fact]
    public void A_wrong_number_of_parameters_is_named()
    {
        var fault = Assert.Throws<DuckDbException>(() => _connection.Scalar("SELECT $1 + $2", [1]));

        Assert.Equal("The statement has 2 parameters, and 1 values were given.", fault.Message);
    }

    [Fact]
    public void A_prepared_statement_runs_with_one_value_after_the_other()
    {
        _connection.Execute("CREATE TABLE t (a INT)");
        using var insert = _connection.Prepare("INSERT INTO t VALUES (?)");
        foreach (var value in new[] { 1, 2, 3 })
        {
            Assert.Equal(1, insert.Bind(1, value).Execute());
        }

        Assert.Equal(6L, _connection.Scalar("SELECT sum(a) FROM t"));
    }

    [Theory]
    [InlineData("SELEC 1", DuckDbErrorKind.Parser, "syntax error")]
    [InlineData("SELECT nothing", DuckDbErrorKind.Binder, "nothing")]
    [InlineData("SELECT * FROM nowhere", DuckDbErrorKind.Catalog, "nowhere")]
    [InlineData("SELECT CAST('x' AS INT)", DuckDbErrorKind.Conversion, "Could not convert string 'x' to INT32")]
    [InlineData("SELECT * FROM read_csv('/no/such/file.csv')", DuckDbErrorKind.IO, "/no/such/file.csv")]
    [InlineData("SELECT 1; SELECT \0", DuckDbErrorKind.Parser, "NUL")]
    public void An_error_has_the_engines_own_message_and_kind(string sql, DuckDbErrorKind kind, string message)
    {
        var executed = Assert.Throws<DuckDbException>(() => _connection.Execute(sql));
        Assert.Contains(message, executed.Message);
        Assert.Equal(kind, executed.Kind);

        Assert.Contains(message, Assert.Throws<DuckDbException>(() => _connection.Scalar(sql.Replace("SELECT 1; ", ""))).Message);
    }

    [Fact]
    public void An_error_in_the_middle_of_a_stream_is_thrown_when_it_is_reached()
    {
        using var result = _connection.Query("SELECT CASE WHEN range < 1_000_000 THEN 1 ELSE CAST('x' || range AS INT) END FROM range(2_000_000)");
        var rows = 0;
        var fault = Assert.Throws<DuckDbException>(() =>
        {
            while (result.NextChunk())
            {
                rows += result.RowCount;
            }
        });

        Assert.Contains("Could not convert string 'x1000000'", fault.Message);
        Assert.InRange(rows, 1, 1_000_000);
    }

    [Fact]
    public async Task A_long_statement_ends_when_it_is_cancelled_and_the_connection_lives()
    {
        using var cancellation = new CancellationTokenSource();
        var running = _connection.RunAsync((c, token) => c.Scalar(Endless, null, token), null, cancellation.Token);
        cancellation.CancelAfter(100);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(42L, _connection.Scalar("SELECT 42"));
    }

    [Fact]
    public void A_cancelled_token_starts_nothing()
    {
        Assert.ThrowsAny<OperationCanceledException>(
            () => _connection.Execute("CREATE TABLE t (a INT)", new CancellationToken(canceled: true)));

        Assert.Throws<DuckDbException>(() => _connection.Execute("DROP TABLE t"));
    }

    [Fact]
    public void A_stream_ends_when_it_is_cancelled_while_it_is_read()
    {
        using var cancellation = new CancellationTokenSource();
        using var result = _connection.Query("SELECT range FROM range(10_000_000_000)", null, cancellation.Token);
        Assert.True(result.NextChunk());
        cancellation.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => result.NextChunk());
    }

    [Fact]
    public async Task A_running_statement_tells_its_progress()
    {
        // A scan of a table tells how far it is, a group of rows at a time; range() as a source does not.
        _connection.Execute("CREATE TABLE t AS SELECT (range % 100)::UTINYINT AS a FROM range(20_000_000)");
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMinutes(2)); // The end of a test that fails.
        var seen = new SortedSet<double>();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _connection.RunAsync(
            (c, token) => c.Scalar("SELECT max(list_sum(range(a + 150))) FROM t", null, token),
            fraction =>
            {
                lock (seen)
                {
                    if (fraction > 0 && seen.Add(fraction) && seen.Count == 2)
                    {
                        cancellation.Cancel();
                    }
                }
            },
            cancellation.Token));

        lock (seen)
        {
            Assert.True(seen.Count >= 2, "No progress was told.");
            Assert.All(seen, fraction => Assert.InRange(fraction, 0, 1));
        }
    }

    [Fact]
    public void Connections_of_one_database_see_its_tables_and_work_at_once()
    {
        _connection.Execute("CREATE TABLE t AS SELECT range AS a FROM range(100_000)");
        var sums = new long[8];
        Parallel.For(0, sums.Length, i =>
        {
            using var connection = _connection.Duplicate();
            sums[i] = (long)connection.Scalar("SELECT sum(a) + $1 FROM t", [i])!;
        });

        Assert.Equal(Enumerable.Range(0, 8).Select(i => 4_999_950_000L + i), sums);
    }

    [Fact]
    public void A_database_file_keeps_its_tables()
    {
        var settings = new DuckDbSettings { Path = _folder.File("data.duckdb") };
        using (var first = _engine.Open(settings))
        {
            first.Execute("CREATE TABLE t AS SELECT 5 AS a");
        }

        using var second = _engine.Open(settings);
        Assert.Equal(5L, second.Scalar("SELECT a FROM t"));
    }

    [Fact]
    public void What_does_not_fit_into_memory_is_spilled_and_the_spill_is_removed()
    {
        using (var connection = _engine.Open(new DuckDbSettings { MemoryLimitMegabytes = 64 }))
        {
            var distinct = connection.Scalar("SELECT count(*) FROM (SELECT DISTINCT hash(range) || '-' || range FROM range(4_000_000))");
            Assert.Equal(4_000_000L, distinct);
        }

        Assert.False(Directory.Exists(_folder.File("spill")) && Directory.EnumerateFileSystemEntries(_folder.File("spill")).Any());
    }
}
