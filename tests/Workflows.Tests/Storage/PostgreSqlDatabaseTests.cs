using Dag.Tests;
using Dag.Workflows.Storage;
using Dapper;

namespace Dag.Workflows.Tests.Storage;

public sealed class PostgreSqlDatabaseTests(PostgreSqlServer server) : MetadataDatabaseContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_that_deadlock_are_run_again()
    {
        await using var test = await server.CreateDatabaseAsync(empty: true);
        var database = test.Open();
        await WriteAsync(database, "CREATE TABLE counters (id integer PRIMARY KEY, value integer)");
        await WriteAsync(database, "INSERT INTO counters VALUES (1, 0), (2, 0)");
        var bothHold = new Barrier2();

        // The first attempts take the rows in opposite order and meet in between; later ones no longer wait for each other.
        Task<int> Add(int first, int second) => database.WriteAsync(
            async (t, token) =>
            {
                await t.Connection!.ExecuteAsync("UPDATE counters SET value = value + 1 WHERE id = @first", new { first }, t);
                await bothHold.ArriveAsync();
                return await t.Connection!.ExecuteAsync("UPDATE counters SET value = value + 1 WHERE id = @second", new { second }, t);
            },
            Token);
        await Task.WhenAll(Add(1, 2), Add(2, 1));

        var values = await database.ReadAsync((c, _) => c.QueryAsync<int>("SELECT value FROM counters"), Token);
        Assert.Equal([2, 2], values);
        Assert.True(bothHold.Arrivals > 2);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_without_the_password()
    {
        await using var database = new PostgreSqlDatabase("Host=127.0.0.1;Port=1;Username=dag;Password=hush;Database=dag");
        var error = await Assert.ThrowsAsync<MetadataUnavailableException>(() => WriteAsync(database, "SELECT 1"));
        Assert.Contains("'dag' on 127.0.0.1:1 does not answer", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", error.ToString(), StringComparison.Ordinal);
        Assert.False(error.IsDiskFull);
    }

    [Fact]
    public async Task A_server_without_space_says_so()
    {
        await using var test = await server.CreateDatabaseAsync(empty: true);
        var error = await Assert.ThrowsAsync<MetadataUnavailableException>(() => WriteAsync(
            test.Open(), "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"));
        Assert.True(error.IsDiskFull);
    }

    private protected override Task<TestDatabase> CreateAsync() => server.CreateDatabaseAsync(empty: true);

    private static Task<int> WriteAsync(MetadataDatabase database, string sql) =>
        database.WriteAsync((t, _) => t.Connection!.ExecuteAsync(sql, null, t), Token);

    /// <summary>Holds the first to arrive until there are two.</summary>
    private sealed class Barrier2
    {
        private readonly TaskCompletionSource _both = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _arrivals;

        public int Arrivals => _arrivals;

        public Task ArriveAsync()
        {
            if (Interlocked.Increment(ref _arrivals) == 2)
                _both.SetResult();
            return _both.Task;
        }
    }
}
