using Dag.Tests;
using Dag.Workflows.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Dag.Workflows.Tests.Storage;

public sealed class SqliteDatabaseTests : MetadataDatabaseContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_that_wait_together_share_one_transaction()
    {
        await using var test = new SqliteTestDatabase();
        var database = test.Open();
        using var gate = new ManualResetEventSlim();
        var first = BlockAsync(database, gate);
        var seen = Enumerable.Range(0, 20).Select(_ => database.WriteAsync(
            (transaction, _) => Task.FromResult(transaction), Token)).ToArray();
        gate.Set();
        await first;
        Assert.Single((await Task.WhenAll(seen)).Distinct());
    }

    [Fact]
    public async Task A_commit_that_fails_fails_every_write_in_it_and_the_next_one_succeeds()
    {
        await using var test = new SqliteTestDatabase();
        var database = test.Open();
        await ExecuteAsync(database, "CREATE TABLE parent (id INTEGER PRIMARY KEY)");
        await ExecuteAsync(database, "CREATE TABLE child (id INTEGER REFERENCES parent (id))");
        using var gate = new ManualResetEventSlim();
        var first = BlockAsync(database, gate);
        var innocent = ExecuteAsync(database, "INSERT INTO parent VALUES (1)");

        // A foreign key that is checked only at the end makes the commit itself fail.
        var guilty = ExecuteAsync(database, "PRAGMA defer_foreign_keys = 1; INSERT INTO child VALUES (99);");
        gate.Set();
        await first;

        await Assert.ThrowsAsync<MetadataUnavailableException>(() => innocent);
        await Assert.ThrowsAsync<MetadataUnavailableException>(() => guilty);
        await ExecuteAsync(database, "INSERT INTO parent VALUES (2)");
        Assert.Equal(2, await database.ReadAsync((c, _) => c.ExecuteScalarAsync<long>("SELECT SUM(id) FROM parent"), Token));
    }

    [Fact]
    public async Task A_full_database_refuses_the_write_that_does_not_fit_and_stores_the_next_that_does()
    {
        await using var test = new SqliteTestDatabase();
        var database = test.Open();
        await ExecuteAsync(database, "CREATE TABLE things (content BLOB); PRAGMA max_page_count = 100;");

        var error = await Assert.ThrowsAsync<MetadataUnavailableException>(
            () => ExecuteAsync(database, "INSERT INTO things VALUES (zeroblob(10000000))"));

        Assert.True(error.IsDiskFull);
        Assert.Contains(test.FilePath, error.Message, StringComparison.Ordinal);
        Assert.Contains("Free space", error.Message, StringComparison.Ordinal);
        await ExecuteAsync(database, "INSERT INTO things VALUES (zeroblob(10))");
        Assert.Equal(1, await database.ReadAsync((c, _) => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM things"), Token));
    }

    [Fact]
    public async Task On_a_full_disk_writes_fail_and_succeed_again_when_there_is_space()
    {
        Assert.SkipUnless(SmallDisk.CanMount, "Only root can mount the small file system that fills up.");
        using var disk = new SmallDisk(megabytes: 2);
        await using var database = new SqliteDatabase(Path.Combine(disk.Folder, "metadata.db"));
        await ExecuteAsync(database, "CREATE TABLE things (content BLOB)");
        var ballast = Path.Combine(disk.Folder, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[1_200_000], Token);

        var writes = Enumerable.Range(0, 200).Select(_ => ExecuteAsync(database, "INSERT INTO things VALUES (zeroblob(20000))")).ToArray();
        await Task.WhenAll(writes).ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default);
        var stored = writes.Count(w => w.IsCompletedSuccessfully);
        var failed = writes.Where(w => w.IsFaulted).ToList();
        Assert.NotEmpty(failed); // Not each of the last: a small batch may still fit when a large one did not.
        Assert.All(failed, w => Assert.True(Assert.IsType<MetadataUnavailableException>(w.Exception!.InnerException).IsDiskFull));
        Assert.Equal(stored, await CountAsync());

        File.Delete(ballast);
        await ExecuteAsync(database, "INSERT INTO things VALUES (zeroblob(20000))");
        Assert.Equal(stored + 1, await CountAsync());

        Task<long> CountAsync() => database.ReadAsync((c, _) => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM things"), Token);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named()
    {
        await using var test = new SqliteTestDatabase();
        await File.WriteAllTextAsync(test.FilePath, new string('x', 5000), Token);
        var error = Assert.Throws<MetadataUnavailableException>(() => test.Open());
        Assert.Contains(test.FilePath, error.Message, StringComparison.Ordinal);
        Assert.Contains("not a SQLite database", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        await using var test = new SqliteTestDatabase();
        await File.WriteAllTextAsync(Path.Combine(test.Folder, "file"), "", Token);
        var path = Path.Combine(test.Folder, "file", "metadata.db");
        var error = Assert.Throws<MetadataUnavailableException>(() => new SqliteDatabase(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_that_another_process_keeps_is_told_and_writing_goes_on_when_it_is_gone()
    {
        await using var test = new SqliteTestDatabase();
        var impatient = new SqliteDatabaseOptions { BusyTimeout = TimeSpan.FromMilliseconds(10) };
        await using var database = new SqliteDatabase(test.FilePath, impatient);
        await ExecuteAsync(database, "CREATE TABLE things (id INTEGER)");
        await using var other = new SqliteConnection($"Data Source={test.FilePath};Pooling=False");
        other.Open();
        await other.ExecuteAsync("BEGIN IMMEDIATE");

        var error = await Assert.ThrowsAsync<MetadataUnavailableException>(() => ExecuteAsync(database, "INSERT INTO things VALUES (1)"));

        Assert.Contains("locked by another process", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsDiskFull);
        await other.ExecuteAsync("COMMIT");
        await ExecuteAsync(database, "INSERT INTO things VALUES (1)");
    }

    [Fact]
    public async Task What_waits_is_stored_before_the_file_is_closed()
    {
        await using var test = new SqliteTestDatabase();
        var database = test.Open();
        await ExecuteAsync(database, "CREATE TABLE things (id INTEGER)");
        using var gate = new ManualResetEventSlim();
        var first = BlockAsync(database, gate);
        var waiting = ExecuteAsync(database, "INSERT INTO things VALUES (1)");
        var closing = database.DisposeAsync();
        gate.Set();
        await Task.WhenAll(first, waiting, closing.AsTask());

        Assert.False(File.Exists($"{test.FilePath}-wal"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ExecuteAsync(database, "INSERT INTO things VALUES (2)"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => database.ReadAsync((_, _) => Task.FromResult(0), Token));
        Assert.Equal(1, await test.Open().ReadAsync((c, _) => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM things"), Token));
    }

    [Fact]
    public async Task Reads_cannot_write()
    {
        await using var test = new SqliteTestDatabase();
        var database = test.Open();
        await Assert.ThrowsAnyAsync<Exception>(
            () => database.ReadAsync((c, _) => c.ExecuteAsync("CREATE TABLE things (id INTEGER)"), Token));
        await ExecuteAsync(database, "CREATE TABLE things (id INTEGER)");
    }

    [Fact]
    public async Task The_file_is_durable_and_enforces_foreign_keys()
    {
        await using var test = new SqliteTestDatabase();
        var settings = await test.Open().WriteAsync(
            async (t, _) => (
                await t.Connection!.ExecuteScalarAsync<string>("PRAGMA journal_mode", transaction: t),
                await t.Connection!.ExecuteScalarAsync<long>("PRAGMA synchronous", transaction: t),
                await t.Connection!.ExecuteScalarAsync<long>("PRAGMA foreign_keys", transaction: t)),
            Token);
        Assert.Equal(("wal", 2L, 1L), settings);
    }

    private protected override Task<TestDatabase> CreateAsync() => SqliteTestDatabase.CreateAsync(empty: true);

    private static Task<int> BlockAsync(MetadataDatabase database, ManualResetEventSlim gate)
    {
        using var entered = new ManualResetEventSlim();
        var write = database.WriteAsync(
            (_, token) =>
            {
                entered.Set();
                gate.Wait(token);
                return Task.FromResult(0);
            },
            Token);
        entered.Wait(Token);
        return write;
    }

    private static Task<int> ExecuteAsync(MetadataDatabase database, string sql) =>
        database.WriteAsync((t, _) => t.Connection!.ExecuteAsync(sql, null, t), Token);
}
