using Dag.Tests;
using Dag.Workflows.RunLog;
using Dag.Workflows.Storage;
using static Dag.Workflows.Tests.RunLog.RunLogSamples;

namespace Dag.Workflows.Tests.RunLog;

/// <summary>What the run log promises on every database: histories, snapshots, ledger and projections.</summary>
public abstract partial class RunLogContract : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(Start);
    private TestDatabase _test = null!;
    private IRunLog _log = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _test = await CreateAsync();
        _log = OpenNode();
    }

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_first_batch_creates_the_run()
    {
        var summary = Summary("r1") with
        {
            Name = "of the 1st",
            CorrelationId = "order-7",
            IncidentCount = 2,
            CreatedAt = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(1234567),
        };
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(First("r1") with { Summary = summary }));
        Assert.Equal(summary, await _log.FindRunAsync("r1", Token));
        Assert.Null(await _log.FindRunAsync("r2", Token));
    }

    [Fact]
    public async Task A_later_batch_brings_the_summary_up_to_date()
    {
        await AppendAsync(First("r1"));
        var summary = Summary("r1", "Finished", "Faulted") with
        {
            Name = "named",
            CorrelationId = "c",
            IncidentCount = 1,
            UpdatedAt = Start.AddHours(1),
        };
        await AppendAsync(Next("r1", 4) with { Summary = summary });
        Assert.Equal(summary, await _log.FindRunAsync("r1", Token));
        Assert.Equal("r1", Assert.Single((await _log.ListRunsAsync(new RunFilter { Search = "NAMED" }, Token)).Runs).Id);
    }

    [Fact]
    public async Task Batches_come_back_in_order_as_they_were()
    {
        await AppendAsync(First("r1", events: 3));
        await AppendAsync(Next("r1", 4, events: 1));
        await AppendAsync(Next("r1", 5, events: 2) with { Events = Array.Empty<byte>() });
        await AppendAsync(First("r2"));

        var all = await _log.ReadBatchesAsync("r1", 0, Token).ToListAsync(Token);
        var later = await _log.ReadBatchesAsync("r1", 4, Token).ToListAsync(Token);

        Assert.Equal([(1L, 3), (4L, 1), (5L, 2)], all.Select(b => (b.FirstSequence, b.EventCount)));
        Assert.Equal("r1 4"u8.ToArray(), all[1].Events);
        Assert.Empty(all[2].Events);
        Assert.Equal(5L, Assert.Single(later).FirstSequence);
    }

    [Fact]
    public async Task A_long_history_is_read_whole_though_it_grows_meanwhile()
    {
        await AppendAsync(First("r1", events: 1));
        for (var sequence = 2; sequence <= 250; sequence++)
        {
            await AppendAsync(Next("r1", sequence, events: 1));
        }

        var read = new List<long>();
        await foreach (var batch in _log.ReadBatchesAsync("r1", 0, Token))
        {
            read.Add(batch.FirstSequence);
            if (read.Count == 100)
            {
                await AppendAsync(Next("r1", 251, events: 1));
            }
        }

        Assert.Equal(Enumerable.Range(1, 251).Select(s => (long)s), read);
        Assert.Equal(1, (await _log.ReadBatchesAsync("r1", 0, Token).FirstAsync(Token)).FirstSequence);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(1)]
    public async Task A_batch_that_is_not_the_next_one_is_superseded_and_leaves_nothing(long sequence)
    {
        await AppendAsync(First("r1", events: 3));
        var batch = Next("r1", sequence) with { Work = [Work("r1", 1)], LedgerKeys = [new LedgerKey("s", "k")] };
        Assert.Equal(AppendOutcome.Superseded, await AppendAsync(batch));
        Assert.Single(await _log.ReadBatchesAsync("r1", 0, Token).ToListAsync(Token));
        Assert.Empty(await _log.ListWorkAsync("r1", Token));
        Assert.Empty(await _log.FindLedgerKeysAsync("s", ["k"], Token));
    }

    [Fact]
    public async Task A_batch_for_a_run_that_is_not_there_is_superseded() =>
        Assert.Equal(AppendOutcome.Superseded, await AppendAsync(Next("nowhere", 2)));

    [Fact]
    public async Task A_batch_with_another_runs_summary_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => AppendAsync(First("r1") with { Summary = Summary("r2") }));

    [Fact]
    public async Task A_ledger_key_is_used_once_and_the_second_append_stores_nothing()
    {
        await AppendAsync(First("r1") with { LedgerKeys = [new LedgerKey("files", "a.csv")] });
        var second = First("r2") with
        {
            LedgerKeys = [new LedgerKey("files", "b.csv"), new LedgerKey("files", "a.csv")],
            Work = [Work("r2", 1)],
        };

        Assert.Equal(AppendOutcome.KeyUsed, await AppendAsync(second));

        Assert.Null(await _log.FindRunAsync("r2", Token));
        Assert.Empty(await _log.ReadBatchesAsync("r2", 0, Token).ToListAsync(Token));
        var found = await _log.FindLedgerKeysAsync("files", ["a.csv", "b.csv"], Token);
        Assert.Equal("a.csv", Assert.Single(found));
    }

    [Fact]
    public async Task One_key_can_be_used_in_two_scopes()
    {
        await AppendAsync(First("r1") with { LedgerKeys = [new LedgerKey("one", "k")] });
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(First("r2") with { LedgerKeys = [new LedgerKey("two", "k")] }));
    }

    [Fact]
    public async Task Ledger_keys_outlive_their_run()
    {
        await AppendAsync(First("r1").Finished() with { LedgerKeys = [new LedgerKey("files", "a.csv")] });
        Assert.True(await _log.DeleteRunAsync("r1", Token));
        Assert.Equal(AppendOutcome.KeyUsed, await AppendAsync(First("r2") with { LedgerKeys = [new LedgerKey("files", "a.csv")] }));
    }

    [Fact]
    public async Task Of_appends_at_once_with_one_ledger_key_exactly_one_is_stored()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => AppendAsync(First($"r{i}") with { LedgerKeys = [new LedgerKey("files", "a.csv")] }), Token)));
        Assert.Single(outcomes, AppendOutcome.Appended);
        Assert.Equal(19, outcomes.Count(o => o == AppendOutcome.KeyUsed));
        Assert.Equal(1, (await _log.ListRunsAsync(new RunFilter(), Token)).TotalCount);
    }

    [Fact]
    public async Task Very_long_and_very_many_ledger_keys_are_found_again()
    {
        var longKey = "/data/" + string.Concat(Enumerable.Repeat("ordner-ü/", 500));
        var keys = Enumerable.Range(0, 2500).Select(i => $"file{i}").Append(longKey).ToArray();
        await AppendAsync(First("r1") with { LedgerKeys = [.. keys.Select(k => new LedgerKey("files", k))] });
        var found = await _log.FindLedgerKeysAsync("files", [.. keys, "other", longKey + "x"], Token);
        Assert.Equal(keys.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Fifty_runs_that_append_at_once_keep_their_histories_apart()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(
            async () =>
            {
                Assert.Equal(AppendOutcome.Appended, await AppendAsync(First($"r{i}", events: 2)));
                for (var sequence = 3; sequence < 43; sequence += 2)
                {
                    var batch = Next($"r{i}", sequence, events: 2) with { Work = [Work($"r{i}", sequence), Work($"r{i}", sequence + 1)] };
                    Assert.Equal(AppendOutcome.Appended, await AppendAsync(batch));
                }
            },
            Token)));

        for (var i = 0; i < 50; i++)
        {
            var batches = await _log.ReadBatchesAsync($"r{i}", 0, Token).ToListAsync(Token);
            Assert.Equal(Enumerable.Range(0, 21).Select(b => (b * 2L) + 1), batches.Select(b => b.FirstSequence));
            Assert.Equal(40, (await _log.ListWorkAsync($"r{i}", Token)).Count);
        }
    }

    [Fact]
    public async Task The_newest_snapshot_is_kept()
    {
        await AppendAsync(First("r1", events: 10));
        Assert.Null(await _log.ReadSnapshotAsync("r1", Token));
        await _log.WriteSnapshotAsync("r1", new StoredSnapshot(5, [5]), Token);
        await _log.WriteSnapshotAsync("r1", new StoredSnapshot(10, [10]), Token);
        await _log.WriteSnapshotAsync("r1", new StoredSnapshot(7, [7]), Token);
        var snapshot = await _log.ReadSnapshotAsync("r1", Token);
        Assert.Equal((10L, (byte)10), (snapshot!.Sequence, Assert.Single(snapshot.State)));
    }

    [Fact]
    public async Task A_snapshot_of_events_that_are_not_stored_is_not_kept()
    {
        await AppendAsync(First("r1", events: 3));
        await _log.WriteSnapshotAsync("r1", new StoredSnapshot(4, [1]), Token);
        await _log.WriteSnapshotAsync("nowhere", new StoredSnapshot(1, [1]), Token);
        Assert.Null(await _log.ReadSnapshotAsync("r1", Token));
    }

    [Fact]
    public async Task Work_is_inserted_and_replaced_by_execution_id()
    {
        await AppendAsync(First("r1") with { Work = [Work("r1", 2), Work("r1", 1), Work("r1", 1, "Running")] });
        await AppendAsync(Next("r1", 4) with { Work = [Work("r1", 2, "Faulted", "disk full")] });
        Assert.Equal([Work("r1", 1, "Running"), Work("r1", 2, "Faulted", "disk full")], await _log.ListWorkAsync("r1", Token));
        Assert.Equal([Work("r1", 1, "Running")], await _log.ListOpenWorkAsync("r1", Token));
    }

    [Fact]
    public async Task Text_that_a_database_cannot_keep_does_not_fail_the_append()
    {
        var bad = "a\0b\uD800c 😀";
        var batch = First("r1") with { Work = [Work("r1", 1, "Faulted", bad)], Summary = Summary("r1") with { Name = bad } };
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(batch));
        Assert.Equal("a\uFFFDb\uFFFDc 😀", (await _log.FindRunAsync("r1", Token))!.Name);
        Assert.Equal("a\uFFFDb\uFFFDc 😀", Assert.Single(await _log.ListWorkAsync("r1", Token)).Error);
    }

    [Fact]
    public async Task Timers_are_set_set_anew_and_removed()
    {
        TimerRow At(string key, int minute) => new("r1", key, Start.AddMinutes(minute));
        await AppendAsync(First("r1") with { TimersSet = [At("delay", 5), At("retry", 1), At("timeout", 9)] });
        await AppendAsync(Next("r1", 4) with { TimersSet = [At("delay", 7)], TimersRemoved = ["delay", "retry"] });
        Assert.Equal([At("delay", 7), At("timeout", 9)], await _log.ListTimersAsync(Token));
    }

    [Fact]
    public async Task Bookmarks_are_found_by_stimulus_and_correlation()
    {
        BookmarkRow Bookmark(string run, string id, string stimulus, string? correlation) => new(id, run, 3, stimulus, correlation);
        await AppendAsync(First("r1") with
        {
            BookmarksAdded = [Bookmark("r1", "b1", "event:paid", "c1"), Bookmark("r1", "b2", "event:sent", null)],
        });
        await AppendAsync(First("r2") with
        {
            BookmarksAdded = [Bookmark("r2", "b3", "event:paid", "c2"), Bookmark("r2", "b4", "event:paid", null)],
        });
        await AppendAsync(First("r3").Finished() with { BookmarksAdded = [Bookmark("r3", "b5", "event:paid", "c1")] });

        Assert.Equal(["b1", "b3", "b4"], await IdsAsync("event:paid", null));
        Assert.Equal(["b1"], await IdsAsync("event:paid", "c1"));
        await AppendAsync(Next("r1", 4) with
        {
            BookmarksAdded = [Bookmark("r1", "b6", "event:paid", "c1")],
            BookmarksRemoved = ["b1", "b6"],
        });
        Assert.Equal(["b3", "b4"], await IdsAsync("event:paid", null));

        async Task<IEnumerable<string>> IdsAsync(string stimulus, string? correlation) =>
            (await _log.FindBookmarksAsync(stimulus, correlation, Token)).Select(b => b.Id);
    }

    [Fact]
    public async Task Blobs_are_stored_with_the_batch_and_only_once()
    {
        var blob = Blob.Of("large"u8.ToArray());
        await AppendAsync(First("r1") with { Blobs = [blob] });
        await AppendAsync(First("r2") with { Blobs = [blob] });
        Assert.Equal("large"u8.ToArray(), await new SqlBlobStore(_test.Open()).GetAsync(blob.Hash, Token));
    }

    [Fact]
    public async Task A_finished_run_is_deleted_with_all_that_is_its_own()
    {
        var everything = First("r1").Finished() with
        {
            Work = [Work("r1", 1)],
            TimersSet = [new TimerRow("r1", "t", Start)],
            BookmarksAdded = [new BookmarkRow("b", "r1", 1, "s", null)],
        };
        await AppendAsync(everything);
        await _log.PostAsync(Message("r1", "k"), Token);
        await _log.WriteSnapshotAsync("r1", new StoredSnapshot(3, [1]), Token);
        await AppendAsync(First("r2"));

        Assert.True(await _log.DeleteRunAsync("r1", Token));
        Assert.False(await _log.DeleteRunAsync("r1", Token));
        Assert.False(await _log.DeleteRunAsync("r2", Token));

        Assert.Null(await _log.FindRunAsync("r1", Token));
        Assert.Empty(await _log.ReadBatchesAsync("r1", 0, Token).ToListAsync(Token));
        Assert.Empty(await _log.ListWorkAsync("r1", Token));
        Assert.Empty(await _log.ReadInboxAsync("r1", Token));
        Assert.Null(await _log.ReadSnapshotAsync("r1", Token));
        Assert.NotNull(await _log.FindRunAsync("r2", Token));
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(everything));
    }

    private protected abstract Task<TestDatabase> CreateAsync();

    private protected SqlRunLog OpenNode() => new(_test.Open(), _clock);

    private Task<AppendOutcome> AppendAsync(RunBatch batch) => _log.AppendAsync(batch, Token);
}
