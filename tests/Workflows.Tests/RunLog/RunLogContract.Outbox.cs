using Dag.Workflows.RunLog;
using static Dag.Workflows.Tests.RunLog.RunLogSamples;

namespace Dag.Workflows.Tests.RunLog;

/// <summary>What runs do to others, and what keeps them from starting.</summary>
public abstract partial class RunLogContract
{
    [Fact]
    public async Task What_a_batch_sends_waits_in_the_outbox_until_its_effect_is_stored()
    {
        await AppendAsync(First("r1") with { Outbox = [Sends(3, "one"), Sends(4, "two")] });
        var waiting = await _log.ReadOutboxAsync("a", 10, Token);
        Assert.Equal([("r1", 3L, "start", "one"), ("r1", 4L, "start", "two")], waiting.Select(m => (m.RunId!, m.ExecutionId!.Value, m.Kind, Text(m.Payload))));
        Assert.Single(await _log.ReadOutboxAsync("a", 1, Token));

        Assert.Equal(AppendOutcome.Appended, await AppendAsync(First("child") with { FromOutbox = waiting[0].Id }));
        Assert.Equal("two", Text(Assert.Single(await _log.ReadOutboxAsync("a", 10, Token)).Payload));
    }

    [Fact]
    public async Task A_message_of_the_outbox_has_one_effect_however_often_it_is_tried()
    {
        await AppendAsync(First("r1") with { Outbox = [Sends(3, "one")] });
        var id = Assert.Single(await _log.ReadOutboxAsync("a", 10, Token)).Id;
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(
            () => AppendAsync(First($"child{i}") with { FromOutbox = id, LedgerKeys = [new LedgerKey("s", $"{i}")] }), Token)));
        Assert.Single(outcomes, AppendOutcome.Appended);
        Assert.Equal(9, outcomes.Count(o => o == AppendOutcome.KeyUsed));
        Assert.Equal(2, (await _log.ListRunsAsync(new RunFilter(), Token)).TotalCount);
        Assert.Single(await _log.FindLedgerKeysAsync("s", [.. Enumerable.Range(0, 10).Select(i => $"{i}")], Token));
        Assert.False(await _log.CloseOutboxAsync(id, Message("r1", "too late"), Token));
        Assert.Empty(await _log.ReadInboxAsync("r1", Token));
    }

    [Fact]
    public async Task A_message_that_can_have_no_effect_is_closed_and_its_run_told()
    {
        await AppendAsync(First("r1") with { Outbox = [Sends(3, "one")] });
        var id = Assert.Single(await _log.ReadOutboxAsync("a", 10, Token)).Id;
        Assert.True(await _log.CloseOutboxAsync(id, Message("r1", "failed"), Token));
        Assert.Equal("failed", Assert.Single(await _log.ReadInboxAsync("r1", Token)).Key);
        Assert.Empty(await _log.ReadOutboxAsync("a", 10, Token));
    }

    [Fact]
    public async Task What_an_execution_sent_is_dropped_with_it()
    {
        await AppendAsync(First("r1") with { Outbox = [Sends(3, "one"), Sends(4, "two"), Sends(4, "three")] });
        await AppendAsync(First("r2") with { Outbox = [Sends(4, "other")] });
        var two = (await _log.ReadOutboxAsync("a", 10, Token))[1].Id;
        await AppendAsync(Next("r1", 4) with { OutboxDropped = [4] });
        Assert.Equal(["one", "other"], (await _log.ReadOutboxAsync("a", 10, Token)).Select(m => Text(m.Payload)));
        Assert.Equal(AppendOutcome.KeyUsed, await AppendAsync(First("child") with { FromOutbox = two }));
    }

    [Fact]
    public async Task The_outbox_of_a_node_that_is_gone_is_everybodys()
    {
        await AppendAsync(First("r1", node: "a") with { Outbox = [Sends(3, "one")] });
        await _log.RenewLeasesAsync("a", TimeSpan.FromSeconds(30), Token);
        Assert.Empty(await _log.ReadOutboxAsync("b", 10, Token));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(await _log.ReadOutboxAsync("b", 10, Token));
    }

    [Fact]
    public async Task The_outbox_outlives_its_run()
    {
        await AppendAsync(First("r1").Finished() with { Outbox = [Sends(3, "one")] });
        Assert.True(await _log.DeleteRunAsync("r1", Token));
        Assert.Single(await _log.ReadOutboxAsync("a", 10, Token));
    }

    [Fact]
    public async Task Messages_to_other_runs_come_with_the_batch_unless_they_are_over()
    {
        await AppendAsync(First("r1"));
        await AppendAsync(First("r2").Finished());
        await AppendAsync(First("r3") with { Messages = [Message("r2", "late"), Message("r1", "k"), Message("r1", "k"), Message("nowhere", "k"), Message("r1", "l")] });
        Assert.Equal(["k", "l"], (await _log.ReadInboxAsync("r1", Token)).Select(m => m.Key));
        Assert.Empty(await _log.ReadInboxAsync("r2", Token));
        Assert.Equal(AppendOutcome.Superseded, await AppendAsync(Next("r3", 9) with { Messages = [Message("r1", "m")] }));
        Assert.Equal(2, (await _log.ReadInboxAsync("r1", Token)).Count);
    }

    [Fact]
    public async Task An_event_is_told_to_all_that_wait_and_leaves_the_starts_that_follow_from_it()
    {
        await AppendAsync(First("r1") with { BookmarksAdded = [new BookmarkRow("b1", "r1", 3, "Event:paid", "c1"), new BookmarkRow("b2", "r1", 4, "Event:sent", null)] });
        await AppendAsync(First("r2") with { BookmarksAdded = [new BookmarkRow("b3", "r2", 5, "Event:paid", "c2")] });

        var posted = await _log.DeliverAsync(Posting() with { Starts = [Sends(null, "start")] }, Token);
        Assert.Equal(2, posted!.Told);
        Assert.Equal(["r1", "r2"], posted.Runs);
        Assert.Equal("b1", Assert.Single(await _log.ReadInboxAsync("r1", Token)).Key);
        Assert.Equal("b3", Assert.Single(await _log.ReadInboxAsync("r2", Token)).Key);
        var start = Assert.Single(await _log.ReadOutboxAsync("a", 10, Token));
        Assert.Equal((null, null, "start"), (start.RunId, start.ExecutionId, Text(start.Payload)));

        // Those that wait have been told already, and will hear of one event only.
        posted = await _log.DeliverAsync(Posting() with { CorrelationId = "c2" }, Token);
        Assert.Equal(0, posted!.Told);
        Assert.Equal(["r2"], posted.Runs);
        Assert.Equal(["r1"], (await _log.DeliverAsync(Posting() with { RunId = "r1" }, Token))!.Runs);
        Assert.Empty((await _log.DeliverAsync(Posting() with { Stimulus = "Event:Paid" }, Token))!.Runs);
    }

    [Fact]
    public async Task An_event_of_the_outbox_is_delivered_once()
    {
        await AppendAsync(First("r1") with { BookmarksAdded = [new BookmarkRow("b1", "r1", 3, "Event:paid", null)], Outbox = [Sends(2, "paid")] });
        var id = Assert.Single(await _log.ReadOutboxAsync("a", 10, Token)).Id;
        var deliveries = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(
            () => _log.DeliverAsync(Posting() with { FromOutbox = id, Starts = [Sends(null, "start")] }, Token), Token)));
        Assert.Equal("r1", Assert.Single(Assert.Single(deliveries, d => d is not null)!.Runs));
        Assert.Equal("start", Text(Assert.Single(await _log.ReadOutboxAsync("a", 10, Token)).Payload));
    }

    [Fact]
    public async Task An_event_reaches_very_many_runs()
    {
        for (var i = 0; i < 3; i++)
        {
            var bookmarks = Enumerable.Range(0, 700).Select(b => new BookmarkRow($"b{b}", $"r{i}", b, "Event:paid", null));
            await AppendAsync(First($"r{i}") with { BookmarksAdded = [.. bookmarks] });
        }

        Assert.Equal(2100, (await _log.DeliverAsync(Posting(), Token))!.Told);
        Assert.Equal(700, (await _log.ReadInboxAsync("r2", Token)).Count);
    }

    [Fact]
    public async Task A_rule_is_asked_in_the_transaction_of_the_start()
    {
        var rule = ActivationRule.OnlyRunOf("nightly");
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(First("r1") with { Activation = rule }));
        Assert.Equal(AppendOutcome.Refused, await AppendAsync(First("r2") with { Activation = rule, LedgerKeys = [new LedgerKey("s", "k")] }));
        Assert.Null(await _log.FindRunAsync("r2", Token));
        Assert.Empty(await _log.FindLedgerKeysAsync("s", ["k"], Token));
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(Of("other", "r3") with { Activation = ActivationRule.OnlyRunOf("other") }));
        await AppendAsync(Next("r1", 4).Finished());
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(First("r4") with { Activation = rule }));
    }

    [Fact]
    public async Task Rules_with_correlation_ids_look_at_those_with_the_same_one()
    {
        var one = ActivationRule.OnlyRunOf("nightly", "c1");
        await AppendAsync(Of("nightly", "r1", "c1"));
        await AppendAsync(Of("nightly", "r2", null));
        Assert.Equal(AppendOutcome.Refused, await AppendAsync(Of("nightly", "r3", "c1") with { Activation = one }));
        Assert.Equal(AppendOutcome.Refused, await AppendAsync(Of("nightly", "r3", null) with { Activation = ActivationRule.OnlyRunOf("nightly", null) }));
        Assert.Equal(AppendOutcome.Refused, await AppendAsync(Of("other", "r3", "c1") with { Activation = ActivationRule.OnlyRunWith("c1") }));
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(Of("nightly", "r3", "c2") with { Activation = ActivationRule.OnlyRunOf("nightly", "c2") }));
        Assert.Equal(AppendOutcome.Appended, await AppendAsync(Of("other", "r4", "c3") with { Activation = ActivationRule.OnlyRunWith("c3") }));
    }

    [Theory]
    [InlineData("singleton")]
    [InlineData("correlated")]
    [InlineData("correlation")]
    public async Task Of_starts_at_once_that_exclude_each_other_one_wins(string kind)
    {
        var rule = kind switch
        {
            "singleton" => ActivationRule.OnlyRunOf("nightly"),
            "correlated" => ActivationRule.OnlyRunOf("nightly", "c"),
            _ => ActivationRule.OnlyRunWith("c"),
        };
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => AppendAsync(Of("nightly", $"r{i}", "c") with { Activation = rule }), Token)));
        Assert.Single(outcomes, AppendOutcome.Appended);
        Assert.Equal(19, outcomes.Count(o => o == AppendOutcome.Refused));
    }

    [Fact]
    public async Task Who_blocks_is_found_with_what_it_waits_for()
    {
        var rule = ActivationRule.OnlyRunOf("nightly");
        Assert.Null(await _log.FindBlockerAsync(rule, Token));
        await AppendAsync(First("r1") with
        {
            TimersSet = [new TimerRow("r1", "2", Start.AddMinutes(9)), new TimerRow("r1", "1", Start.AddMinutes(5))],
            BookmarksAdded = [new BookmarkRow("b1", "r1", 3, "Event:paid", null), new BookmarkRow("b2", "r1", 4, "Event:paid", null)],
        });
        var blocker = await _log.FindBlockerAsync(rule, Token);
        Assert.Equal(("r1", Start.AddMinutes(5)), (blocker!.Run.Id, blocker.NextTimer));
        Assert.Equal(["Event:paid"], blocker.Stimuli);
        Assert.Null(await _log.FindBlockerAsync(ActivationRule.OnlyRunWith("c"), Token));
    }

    [Fact]
    public async Task A_run_knows_its_parent()
    {
        await AppendAsync(First("r1") with { Summary = Summary("r1") with { ParentRunId = "r0" } });
        Assert.Equal("r0", (await _log.FindRunAsync("r1", Token))!.ParentRunId);
    }

    private static OutboxMessage Sends(long? execution, string text) => new(execution, "start", System.Text.Encoding.UTF8.GetBytes(text));

    private static string Text(byte[] payload) => System.Text.Encoding.UTF8.GetString(payload);

    private static EventPosting Posting() => new() { Node = "a", Stimulus = "Event:paid", MessageTo = b => new InboxMessage(b.RunId, b.Id, "resume", [1]) };

    private static RunBatch Of(string definitionId, string runId, string? correlationId = null) =>
        First(runId) with { Summary = Summary(runId) with { DefinitionId = definitionId, CorrelationId = correlationId } };
}
