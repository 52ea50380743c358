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

    [Fact]
    public async Task A_snapshot_fills_an_empty_database_with_the_same_rows_and_numbering_goes_on()
    {
        await using var test = await server.CreateDatabaseAsync(empty: false);
        var database = test.Open();
        await WriteAsync(database, """
            INSERT INTO runs (id, definition_id, definition_version_id, version, workflow_name, name, status, sub_status, incident_count, created_at,
                updated_at, search_text, last_sequence, lease_epoch, lease_until)
            VALUES ('r', 'd', 'v', 1, E'back\\slash\ttab\nline "quoted" {}', NULL, 'Running', '', 0, 9223372036854775807, 0, '\N', 1, 1, 0)
            """);
        await WriteAsync(database, "INSERT INTO run_events VALUES ('r', 1, 1, decode('000a0d5cff', 'hex'))");
        await WriteAsync(database, "INSERT INTO run_inbox (run_id, key, kind, payload) SELECT 'r', n::text, 'k', NULL FROM generate_series(1, 5) AS n");
        var folder = Directory.CreateTempSubdirectory("dag-snapshot-").FullName;
        try
        {
            await using var snapshot = await database.SnapshotAsync(folder, TestDatabase.Sources, Token);
            await using var other = await server.CreateDatabaseAsync(empty: true);
            var target = (PostgreSqlDatabase)other.Open();

            // What fails before the commit leaves nothing, not even a schema.
            await Assert.ThrowsAsync<IOException>(() => RestoreAsync(target, snapshot, folder, () => throw new IOException("no room")));
            Assert.Equal(0, await CountAsync(target, "pg_tables WHERE schemaname = 'public'"));

            await RestoreAsync(target, snapshot, folder, () => { });
            await target.MigrateAsync(TestDatabase.Sources, Token);
            const string all = "SELECT md5(string_agg(x::text, ',')) FROM (SELECT r, e, i FROM runs r JOIN run_events e ON e.run_id = r.id JOIN run_inbox i ON i.run_id = r.id ORDER BY i.id) AS x";
            Assert.Equal(await TextAsync(database, all), await TextAsync(target, all));
            await WriteAsync(target, "INSERT INTO run_inbox (run_id, key, kind) VALUES ('r', 'next', 'k')");
            Assert.Equal("6", await TextAsync(target, "SELECT MAX(id)::text FROM run_inbox"));

            var refusal = await Assert.ThrowsAsync<MigrationException>(() => RestoreAsync(target, snapshot, folder, () => { }));
            Assert.Contains("holds data of the service already", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Tables_of_a_newer_program_are_refused()
    {
        await using var test = await server.CreateDatabaseAsync(empty: true);
        var error = await Assert.ThrowsAsync<MigrationException>(() => ((PostgreSqlDatabase)test.Open()).RestoreAsync(
            "/nowhere", [], [new AppliedMigration("workflows", 9999, "abc")], TestDatabase.Sources, () => { }, Token));
        Assert.Contains("migration 9999 of 'workflows' is not known here", error.Message, StringComparison.Ordinal);
    }

    private static Task RestoreAsync(PostgreSqlDatabase target, MetadataSnapshot snapshot, string folder, Action beforeCommit) =>
        target.RestoreAsync(folder, snapshot.Tables, snapshot.Migrations, TestDatabase.Sources, beforeCommit, Token);

    private static Task<string?> TextAsync(MetadataDatabase database, string sql) => database.ReadAsync((c, _) => c.ExecuteScalarAsync<string>(sql), Token);

    private static Task<long> CountAsync(MetadataDatabase database, string from) =>
        database.ReadAsync((c, _) => c.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {from}"), Token);

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
