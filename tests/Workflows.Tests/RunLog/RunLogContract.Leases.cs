using Dag.Workflows.RunLog;
using static Dag.Workflows.Tests.RunLog.RunLogSamples;

namespace Dag.Workflows.Tests.RunLog;

/// <summary>Leases and inboxes.</summary>
public abstract partial class RunLogContract
{
    private static readonly TimeSpan _lease = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Another_node_gets_a_run_only_when_its_lease_has_expired()
    {
        await AppendAsync(First("r1", node: "a") with { LeaseDuration = _lease });
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Null(await AcquireAsync("r1", "b"));
        Assert.Empty(await _log.FindClaimableAsync("b", 10, Token));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["r1"], await _log.FindClaimableAsync("b", 10, Token));
        Assert.Equal(2, await AcquireAsync("r1", "b"));
        Assert.Null(await AcquireAsync("r1", "a"));
    }

    [Fact]
    public async Task The_node_that_lost_its_lease_cannot_append()
    {
        await AppendAsync(First("r1", node: "a"));
        _clock.Advance(_lease);
        var epoch = await AcquireAsync("r1", "b");
        Assert.Equal(AppendOutcome.Superseded, await AppendAsync(Next("r1", 4, epoch: 1, node: "a")));
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(Next("r1", 4, epoch!.Value, node: "b")));
        Assert.Equal(2, (await _log.ReadBatchesAsync("r1", 0, Token).ToListAsync(Token)).Count);
    }

    [Fact]
    public async Task Of_nodes_that_fight_for_one_lease_exactly_one_wins()
    {
        await AppendAsync(First("r1", node: "dead"));
        _clock.Advance(_lease);
        var nodes = Enumerable.Range(0, 4).Select(_ => OpenNode()).ToArray();
        var epochs = await Task.WhenAll(nodes.Select((node, i) => Task.Run(
            () => node.AcquireLeaseAsync("r1", $"n{i}", _lease, Token), Token)));
        Assert.Equal(2, Assert.Single(epochs, e => e is not null));
    }

    [Fact]
    public async Task Of_many_leases_those_that_are_free_are_taken_at_once()
    {
        var ids = Enumerable.Range(0, 2500).Select(i => $"r{i:0000}").ToArray();
        await Task.WhenAll(ids.Select(id => AppendAsync(First(id, node: id == "r0007" ? "alive" : "dead"))));
        _clock.Advance(_lease);
        Assert.Equal(2, await AcquireAsync("r0007", "alive"));

        var leases = await _log.AcquireLeasesAsync([.. ids, "unknown"], "b", _lease, Token);

        Assert.Equal(ids.Where(id => id != "r0007"), leases.Keys.Order());
        Assert.All(leases.Values, lease => Assert.Equal(new RunLease(Epoch: 2, LastSequence: 3), lease));
        Assert.Empty(await _log.AcquireLeasesAsync([], "b", _lease, Token));
    }

    [Fact]
    public async Task Of_two_nodes_that_append_the_same_batch_one_is_superseded()
    {
        await AppendAsync(First("r1"));
        var other = OpenNode();
        for (var sequence = 4L; sequence < 64; sequence += 3)
        {
            var outcomes = await Task.WhenAll(
                Task.Run(() => AppendAsync(Next("r1", sequence)), Token),
                Task.Run(() => other.AppendAsync(Next("r1", sequence), Token), Token));
            Assert.Equal([AppendOutcome.Appended, AppendOutcome.Superseded], outcomes.Order());
        }
    }

    [Fact]
    public async Task A_node_takes_its_own_run_again_after_a_restart()
    {
        await AppendAsync(First("r1", node: "a"));
        Assert.Equal(["r1"], await _log.FindClaimableAsync("a", 10, Token));
        Assert.Equal(2, await AcquireAsync("r1", "a"));
        Assert.Equal(3, await AcquireAsync("r1", "a"));
        Assert.Equal(AppendOutcome.Superseded, await AppendAsync(Next("r1", 4, epoch: 2)));
    }

    [Fact]
    public async Task Renewing_prolongs_all_leases_of_the_node_and_of_no_other()
    {
        await AppendAsync(First("r1", node: "a"));
        await AppendAsync(First("r2", node: "a"));
        await AppendAsync(First("r3", node: "b"));
        _clock.Advance(TimeSpan.FromSeconds(20));
        await _log.RenewLeasesAsync("a", _lease, Token);
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(["r3"], await _log.FindClaimableAsync("c", 10, Token));
        Assert.Null(await AcquireAsync("r1", "c"));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["r1", "r2", "r3"], await _log.FindClaimableAsync("c", 10, Token));
    }

    [Fact]
    public async Task Leases_that_are_given_back_can_be_taken_at_once()
    {
        await AppendAsync(First("r1", node: "a"));
        await AppendAsync(First("r2", node: "b"));
        await _log.RenewLeasesAsync("a", _lease, Token);
        await _log.ReleaseLeasesAsync("a", Token);
        Assert.Equal(["r1"], await _log.FindClaimableAsync("c", 10, Token));
        Assert.Equal(2, await AcquireAsync("r1", "c"));
    }

    [Fact]
    public async Task A_finished_run_has_no_lease_to_take()
    {
        await AppendAsync(First("r1").Finished());
        _clock.Advance(_lease);
        Assert.Null(await AcquireAsync("r1", "a"));
        Assert.Null(await AcquireAsync("nowhere", "a"));
        Assert.Empty(await _log.FindClaimableAsync("a", 10, Token));
    }

    [Fact]
    public async Task Claimable_runs_come_oldest_first_up_to_the_limit()
    {
        for (var i = 0; i < 5; i++)
        {
            await AppendAsync(First($"r{i}") with { Summary = Summary($"r{i}") with { CreatedAt = Start.AddMinutes(-i) } });
        }

        Assert.Equal(["r4", "r3"], await _log.FindClaimableAsync("a", 2, Token));
    }

    [Fact]
    public async Task Messages_wait_in_order_until_a_batch_uses_them()
    {
        await AppendAsync(First("r1"));
        Assert.True(await _log.PostAsync(Message("r1", "k1", "one"), Token));
        Assert.True(await _log.PostAsync(Message("r1", "k2", "two"), Token));
        var waiting = await _log.ReadInboxAsync("r1", Token);
        Assert.Equal(["k1", "k2"], waiting.Select(m => m.Key));
        Assert.Equal("completion", waiting[0].Kind);
        Assert.Equal("one"u8.ToArray(), waiting[0].Payload);

        await AppendAsync(Next("r1", 4) with { UsedInbox = [waiting[0].Id] });
        Assert.Equal("k2", Assert.Single(await _log.ReadInboxAsync("r1", Token)).Key);
    }

    [Fact]
    public async Task A_message_key_counts_once_for_a_run_even_after_it_was_used()
    {
        await AppendAsync(First("r1"));
        await AppendAsync(First("r2"));
        Assert.True(await _log.PostAsync(Message("r1", "k"), Token));
        Assert.False(await _log.PostAsync(Message("r1", "k"), Token));
        Assert.True(await _log.PostAsync(Message("r2", "k"), Token));
        var id = Assert.Single(await _log.ReadInboxAsync("r1", Token)).Id;
        await AppendAsync(Next("r1", 4) with { UsedInbox = [id] });
        Assert.False(await _log.PostAsync(Message("r1", "k"), Token));
        Assert.Empty(await _log.ReadInboxAsync("r1", Token));
    }

    [Fact]
    public async Task Of_messages_at_once_with_one_key_exactly_one_is_taken()
    {
        await AppendAsync(First("r1"));
        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(
            () => _log.PostAsync(Message("r1", "k"), Token), Token)));
        Assert.Single(taken, posted => posted);
        Assert.Single(await _log.ReadInboxAsync("r1", Token));
    }

    [Fact]
    public async Task A_message_to_a_run_that_is_not_there_is_not_taken() =>
        Assert.False(await _log.PostAsync(Message("nowhere", "k"), Token));

    [Fact]
    public async Task An_append_that_is_refused_leaves_the_messages_waiting()
    {
        await AppendAsync(First("r1"));
        await _log.PostAsync(Message("r1", "k"), Token);
        var id = Assert.Single(await _log.ReadInboxAsync("r1", Token)).Id;
        Assert.Equal(AppendOutcome.Superseded, await AppendAsync(Next("r1", 4, epoch: 9) with { UsedInbox = [id] }));
        Assert.Single(await _log.ReadInboxAsync("r1", Token));
    }

    [Fact]
    public async Task Unfinished_runs_with_messages_are_found_the_longest_waiting_first()
    {
        foreach (var run in new[] { "r1", "r2", "r3" })
        {
            await AppendAsync(First(run));
        }

        await AppendAsync(First("done").Finished());
        await _log.PostAsync(Message("done", "k"), Token);
        await _log.PostAsync(Message("r3", "k"), Token);
        await _log.PostAsync(Message("r1", "k"), Token);
        await _log.PostAsync(Message("r3", "k2"), Token);
        Assert.Equal(["r3", "r1"], await _log.FindRunsWithInboxAsync(10, Token));
        Assert.Equal(["r3"], await _log.FindRunsWithInboxAsync(1, Token));
    }

    private Task<long?> AcquireAsync(string runId, string node) => _log.AcquireLeaseAsync(runId, node, _lease, Token);
}
