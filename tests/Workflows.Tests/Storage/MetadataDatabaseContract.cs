using System.Data.Common;
using Dag.Tests;
using Dag.Workflows.Storage;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Workflows.Tests.Storage;

/// <summary>What every metadata database promises.</summary>
public abstract class MetadataDatabaseContract : IAsyncLifetime
{
    private TestDatabase _test = null!;
    private MetadataDatabase _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _test = await CreateAsync();
        _database = _test.Open();
        await ExecuteAsync("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)");
    }

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_write_that_throws_half_way_leaves_nothing()
    {
        var write = _database.WriteAsync<int>(
            async (transaction, _) =>
            {
                await InsertAsync(transaction, 1);
                throw new InvalidOperationException("half-way");
            },
            Token);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => write);
        Assert.Equal("half-way", error.Message);
        Assert.Empty(await IdsAsync());
    }

    [Fact]
    public async Task A_statement_that_fails_takes_only_its_own_write_with_it()
    {
        await Assert.ThrowsAnyAsync<DbException>(() => ExecuteAsync("INSERT INTO nowhere VALUES (1)"));
        await InsertAsync(2);
        Assert.Equal(2, Assert.Single(await IdsAsync()));
    }

    [Fact]
    public async Task Of_many_writes_at_once_those_that_fail_do_not_harm_the_others()
    {
        var writes = Enumerable.Range(1, 200).Select(id => _database.WriteAsync(
            async (transaction, _) =>
            {
                await InsertAsync(transaction, id);
                return id % 3 == 0 ? throw new InvalidOperationException($"{id}") : id;
            },
            Token)).ToArray();

        for (var id = 1; id <= writes.Length; id++)
        {
            if (id % 3 == 0)
                Assert.Equal($"{id}", (await Assert.ThrowsAsync<InvalidOperationException>(() => writes[id - 1])).Message);
            else
                Assert.Equal(id, await writes[id - 1]);
        }

        Assert.Equal(Enumerable.Range(1, 200).Where(id => id % 3 != 0), await IdsAsync());
    }

    [Fact]
    public async Task A_read_does_not_see_what_is_not_committed()
    {
        var inside = await _database.WriteAsync(
            async (transaction, _) =>
            {
                await InsertAsync(transaction, 1);
                return await IdsAsync();
            },
            Token);

        Assert.Empty(inside);
        Assert.Equal(1, Assert.Single(await IdsAsync()));
    }

    [Fact]
    public async Task A_snapshot_is_of_one_moment_while_writes_go_on()
    {
        await _database.MigrateAsync(TestDatabase.Sources, Token);
        await InsertAsync(1);
        var folder = Directory.CreateTempSubdirectory("dag-snapshot-").FullName;
        try
        {
            await using var snapshot = await _database.SnapshotAsync(folder, TestDatabase.Sources, Token);
            await InsertAsync(2);

            Assert.Equal(1, await snapshot.View.ReadAsync((c, _) => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM things"), Token));
            Assert.Equal(2, (await IdsAsync()).Count());
            Assert.All(snapshot.Files, f => Assert.True(File.Exists(Path.Combine(folder, f))));
            Assert.NotEmpty(snapshot.Files);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_hold_on_deleting_is_seen_by_every_node_until_it_is_given_back_or_its_process_is_dead()
    {
        await _database.MigrateAsync(TestDatabase.Sources, Token);
        var clock = new FakeTimeProvider();
        var here = new DeletionHolds(_database, clock, NullLogger<DeletionHolds>.Instance);
        var there = new DeletionHolds(_test.Open(), clock, NullLogger<DeletionHolds>.Instance);
        Assert.False(await there.AnyAsync(Token));
        await using (await here.TakeAsync("a backup", Token))
        {
            Assert.True(await there.AnyAsync(Token));
        }

        Assert.False(await there.AnyAsync(Token));

        // A clock of its own: this one's timer never renews, as if the process were dead.
        var dead = new DeletionHolds(_database, new FakeTimeProvider(clock.GetUtcNow()), NullLogger<DeletionHolds>.Instance);
        await dead.TakeAsync("a backup that is killed", Token);
        Assert.True(await there.AnyAsync(Token));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.False(await there.AnyAsync(Token));
    }

    [Fact]
    public async Task Another_node_reads_what_this_one_wrote()
    {
        await InsertAsync(7);
        var other = _test.Open();
        Assert.Equal(7, await other.ReadAsync((connection, _) => connection.ExecuteScalarAsync<int>("SELECT id FROM things"), Token));
    }

    [Fact]
    public async Task A_write_that_is_cancelled_before_its_turn_is_not_run()
    {
        var ran = false;
        var write = _database.WriteAsync(
            (_, _) =>
            {
                ran = true;
                return Task.FromResult(0);
            },
            new CancellationToken(canceled: true));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        Assert.False(ran);
    }

    [Fact]
    public async Task Writes_of_two_nodes_all_arrive()
    {
        var other = _test.Open();
        var writes = Enumerable.Range(1, 100).Select(id => (id % 2 == 0 ? _database : other).WriteAsync(
            (transaction, _) => InsertAsync(transaction, id), Token));
        await Task.WhenAll(writes);
        Assert.Equal(Enumerable.Range(1, 100), await IdsAsync());
    }

    [Fact]
    public async Task Migrations_are_applied_in_order_and_once()
    {
        var first = Source(("0001_first", "CREATE TABLE a (x INTEGER)"));
        var both = Source(
            ("0002_second", "INSERT INTO a VALUES (1); INSERT INTO a VALUES (2);"), ("0001_first", "CREATE TABLE a (x INTEGER)"));

        await _database.MigrateAsync([first], Token);
        await _database.MigrateAsync([both], Token);
        await _database.MigrateAsync([both], Token);

        Assert.Equal(2, await ScalarAsync("SELECT COUNT(*) FROM a"));
        Assert.Equal(2, await ScalarAsync("SELECT COUNT(*) FROM schema_migrations"));
    }

    [Fact]
    public async Task A_source_with_a_namespace_takes_the_scripts_of_its_folder_only()
    {
        var scripts = Source(("0001_first", "CREATE TABLE a (x INTEGER)"));

        await _database.MigrateAsync([scripts with { Name = "others", Namespace = "Some.Features" }], Token);
        Assert.Equal(0, await ScalarAsync("SELECT COUNT(*) FROM schema_migrations"));

        await _database.MigrateAsync([scripts with { Namespace = "Some.Feature" }], Token);
        Assert.Equal(1, await ScalarAsync("SELECT COUNT(*) FROM schema_migrations"));
    }

    [Fact]
    public async Task Scripts_of_the_other_dialect_are_left_out()
    {
        var source = Source(
            ("0001_a.sqlite", "CREATE TABLE lite_only (x INTEGER)"), ("0001_a.postgresql", "CREATE TABLE pg_only (x integer)"));
        await _database.MigrateAsync([source], Token);
        var mine = _database.Dialect == SqlDialect.Sqlite ? "lite_only" : "pg_only";
        Assert.Equal(0, await ScalarAsync($"SELECT COUNT(*) FROM {mine}"));
    }

    [Fact]
    public async Task A_script_that_changed_after_it_was_applied_is_refused()
    {
        await _database.MigrateAsync([Source(("0001_first", "CREATE TABLE a (x INTEGER)"))], Token);
        var changed = Source(("0001_first", "CREATE TABLE a (x INTEGER, y INTEGER)"), ("0002_more", "CREATE TABLE b (x INTEGER)"));

        var error = await Assert.ThrowsAsync<MigrationException>(() => _database.MigrateAsync([changed], Token));

        Assert.Contains("0001_first of 'test' has changed", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await ScalarAsync("SELECT COUNT(*) FROM schema_migrations"));
    }

    [Fact]
    public async Task A_checkout_with_other_line_ends_is_not_a_change()
    {
        await _database.MigrateAsync([Source(("0001_first", "CREATE TABLE a\n(x INTEGER)"))], Token);
        await _database.MigrateAsync([Source(("0001_first", "CREATE TABLE a\r\n(x INTEGER)"))], Token);
    }

    [Fact]
    public async Task A_database_newer_than_the_program_is_refused()
    {
        await _database.MigrateAsync(
            [Source(("0001_first", "CREATE TABLE a (x INTEGER)"), ("0002_new", "CREATE TABLE b (x INTEGER)"))], Token);

        var error = await Assert.ThrowsAsync<MigrationException>(
            () => _database.MigrateAsync([Source(("0001_first", "CREATE TABLE a (x INTEGER)"))], Token));

        Assert.Contains("newer than this program", error.Message, StringComparison.Ordinal);
        Assert.Contains("0002_new", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upgrade_that_fails_leaves_the_database_as_it_was()
    {
        var broken = Source(
            ("0001_first", "CREATE TABLE a (x INTEGER)"), ("0002_bad", "CREATE TABLE b (x INTEGER); INSERT INTO missing VALUES (1);"));

        var error = await Assert.ThrowsAsync<MigrationException>(() => _database.MigrateAsync([broken], Token));

        Assert.Contains("0002_bad", error.Message, StringComparison.Ordinal);
        await ExecuteAsync("CREATE TABLE a (x INTEGER)");
        await ExecuteAsync("CREATE TABLE b (x INTEGER)");
    }

    [Fact]
    public async Task Two_scripts_with_one_number_are_refused()
    {
        var source = Source(("0001_first", "CREATE TABLE a (x INTEGER)"), ("0001_other", "CREATE TABLE b (x INTEGER)"));
        var error = await Assert.ThrowsAsync<MigrationException>(() => _database.MigrateAsync([source], Token));
        Assert.Contains("same number", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_comes_in_before_applied_ones_is_refused()
    {
        await _database.MigrateAsync([Source(("0002_second", "CREATE TABLE b (x INTEGER)"))], Token);
        var late = Source(("0001_late", "CREATE TABLE a (x INTEGER)"), ("0002_second", "CREATE TABLE b (x INTEGER)"));
        var error = await Assert.ThrowsAsync<MigrationException>(() => _database.MigrateAsync([late], Token));
        Assert.Contains("0001_late", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_that_start_at_once_migrate_once()
    {
        var nodes = Enumerable.Range(0, 4).Select(_ => _test.Open()).ToArray();
        await Task.WhenAll(nodes.Select(n => Task.Run(() => n.MigrateAsync(TestDatabase.Sources, Token), Token)));
        Assert.Equal(0, await ScalarAsync("SELECT COUNT(*) FROM runs"));
    }

    private protected abstract Task<TestDatabase> CreateAsync();

    private static MigrationSource Source(params (string Name, string Sql)[] scripts) => new("test", new ScriptAssembly(scripts));

    private static Task<int> InsertAsync(DbTransaction transaction, int id) =>
        transaction.Connection!.ExecuteAsync("INSERT INTO things (id, name) VALUES (@id, 'thing')", new { id }, transaction);

    private Task InsertAsync(int id) => _database.WriteAsync((transaction, _) => InsertAsync(transaction, id), Token);

    private Task ExecuteAsync(string sql) =>
        _database.WriteAsync((transaction, _) => transaction.Connection!.ExecuteAsync(sql, null, transaction), Token);

    private Task<long> ScalarAsync(string sql) =>
        _database.ReadAsync((connection, _) => connection.ExecuteScalarAsync<long>(sql), Token);

    private Task<int[]> IdsAsync() => _database.ReadAsync(
        async (connection, _) => (await connection.QueryAsync<int>("SELECT id FROM things ORDER BY id")).ToArray(), Token);
}
