using System.Threading.Channels;
using Dag.Tests;
using Dag.Workflows.Scheduling;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Workflows.Tests.Scheduling;

public sealed class WorkDispatcherTests : IAsyncDisposable
{
    private static readonly CancellationToken Test = TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _time = new();
    private readonly Channel<SlotGrant> _grants = Channel.CreateUnbounded<SlotGrant>();
    private QuartzEngine? _engine;

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
            await _engine.DisposeAsync();
    }

    [Fact]
    public async Task A_granted_work_is_executed_and_its_slot_freed()
    {
        var dispatcher = await StartAsync(slots: 1);
        dispatcher.Offer("run", 2);
        for (var i = 0; i < 2; i++)
        {
            var grant = await _grants.Reader.ReadAsync(Test);
            var ran = NewSource();
            dispatcher.Answer(grant, [Work($"{i}", _ => Complete(ran))], waiting: 1 - i);
            await ran.Task;
        }

        await dispatcher.DrainAsync(Timeout.InfiniteTimeSpan, Test);
        Assert.Equal(new WorkLoad(1, 0, 0, 0), dispatcher.Load);
    }

    [Fact]
    public async Task Slots_that_a_run_does_not_use_go_to_another()
    {
        var dispatcher = await StartAsync(slots: 3);
        dispatcher.Offer("a", 3);
        var grant = await _grants.Reader.ReadAsync(Test);
        dispatcher.Offer("b", 2);
        dispatcher.Answer(grant, [], waiting: 0);

        var next = await _grants.Reader.ReadAsync(Test);
        Assert.Equal((3, "b", 2), (grant.Count, next.RunId, next.Count));
    }

    [Fact]
    public async Task A_work_that_throws_frees_its_slot()
    {
        var dispatcher = await StartAsync(slots: 1);
        dispatcher.Offer("run", 2);
        dispatcher.Answer(await _grants.Reader.ReadAsync(Test), [Work("a", _ => throw new InvalidOperationException("boom"))], waiting: 1);

        Assert.Equal(1, (await _grants.Reader.ReadAsync(Test)).Count);
    }

    [Fact]
    public async Task A_grant_that_its_run_cannot_take_is_taken_back()
    {
        var failing = true;
        var dispatcher = await StartAsync(slots: 1, grant => failing ? throw new IOException("disk full") : Keep(grant));
        dispatcher.Offer("a", 1);
        while (dispatcher.Load is not { Granted: 0, Waiting: 0 })
            await Task.Yield();
        failing = false;
        dispatcher.Offer("b", 1);

        Assert.Equal("b", (await _grants.Reader.ReadAsync(Test)).RunId);
    }

    [Fact]
    public async Task More_works_than_granted_and_a_key_in_use_are_refused_and_start_nothing()
    {
        var dispatcher = await StartAsync(slots: 3);
        var end = NewSource();
        dispatcher.Offer("run", 3);
        dispatcher.Answer(await _grants.Reader.ReadAsync(Test), [Work("a", _ => end.Task)], waiting: 2);
        var grant = await _grants.Reader.ReadAsync(Test);

        Assert.Throws<InvalidOperationException>(() => dispatcher.Answer(grant, [Work("a", Never)], 0));
        Assert.Throws<InvalidOperationException>(() => dispatcher.Answer(grant, [Work("b", Never), Work("b", Never)], 0));
        Assert.Throws<InvalidOperationException>(() => dispatcher.Answer(grant, [Work("b", Never), Work("c", Never), Work("d", Never)], 0));
        dispatcher.Answer(grant, [], 0);
        end.SetResult();
        await dispatcher.DrainAsync(Timeout.InfiniteTimeSpan, Test);
    }

    [Fact]
    public async Task Cancelling_stops_the_works_of_one_run_and_says_why()
    {
        var dispatcher = await StartAsync(slots: 3);
        var other = NewSource();
        var started = new[] { NewSource(), NewSource(), NewSource() };
        var first = await RunAsync(dispatcher, "a", "1", started[0]);
        var second = await RunAsync(dispatcher, "a", "2", started[1]);
        var untouched = await RunAsync(dispatcher, "b", "1", started[2]);
        await Task.WhenAll(started.Select(s => s.Task));

        dispatcher.Cancel("a", "2");
        Assert.Equal(StopReason.Cancelled, await second);
        Assert.False(first.IsCompleted);

        dispatcher.Cancel("a");
        dispatcher.Cancel("no such run");
        Assert.Equal(StopReason.Cancelled, await first);
        Assert.False(untouched.IsCompleted);

        dispatcher.Cancel("b");
        await untouched;
    }

    [Fact]
    public async Task A_work_over_its_timeout_is_told_so()
    {
        var dispatcher = await StartAsync(slots: 1);
        var started = NewSource();
        var ended = await RunAsync(dispatcher, "a", "1", started, TimeSpan.FromMinutes(5));
        await started.Task;
        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.False(ended.IsCompleted);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(StopReason.TimedOut, await ended);
    }

    [Fact]
    public async Task Draining_grants_nothing_waits_and_when_patience_ends_stops_the_rest()
    {
        var dispatcher = await StartAsync(slots: 2);
        var quickEnd = NewSource();
        var started = NewSource();
        dispatcher.Offer("quick", 1);
        dispatcher.Answer(await _grants.Reader.ReadAsync(Test), [Work("1", _ => quickEnd.Task)], 0);
        var slow = await RunAsync(dispatcher, "slow", "1", started);
        await started.Task;

        var drained = dispatcher.DrainAsync(TimeSpan.FromSeconds(30), Test);
        dispatcher.Offer("late", 1);
        quickEnd.SetResult();
        while (dispatcher.Load.Busy > 1)
            await Task.Yield();
        Assert.False(drained.IsCompleted);
        Assert.False(slow.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(StopReason.Draining, await slow);
        await drained;
        Assert.Equal(0, dispatcher.Load.Granted);
        Assert.False(_grants.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_work_that_is_answered_after_patience_ended_is_called_with_its_token_cancelled()
    {
        var dispatcher = await StartAsync(slots: 1);
        dispatcher.Offer("run", 1);
        var grant = await _grants.Reader.ReadAsync(Test);
        var drained = dispatcher.DrainAsync(TimeSpan.Zero, Test);
        var reason = new TaskCompletionSource<StopReason?>();
        dispatcher.Answer(grant, [Work("1", slot => Complete(reason, slot.Reason))], 0);

        Assert.Equal(StopReason.Draining, await reason.Task);
        await drained;
    }

    [Fact]
    public async Task A_work_that_Quartz_refuses_is_called_with_its_token_cancelled()
    {
        var dispatcher = await StartAsync(slots: 1);
        dispatcher.Offer("run", 1);
        var grant = await _grants.Reader.ReadAsync(Test);
        await _engine!.DisposeAsync();
        var reason = new TaskCompletionSource<StopReason?>();
        dispatcher.Answer(grant, [Work("1", slot => Complete(reason, slot.Reason))], 0);

        Assert.Equal(StopReason.Draining, await reason.Task);
    }

    [Fact]
    public async Task Under_concurrency_no_more_works_run_than_there_are_slots_and_all_run_once()
    {
        const int slots = 5, runs = 8, works = 400;
        var (running, peak, total) = (0, 0, 0);
        var left = Enumerable.Range(0, runs).ToDictionary(r => $"{r}", _ => works);
        var done = NewSource();
        WorkDispatcher dispatcher = null!;

        async Task ExecuteAsync(WorkSlot slot)
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref peak, now);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            if (Interlocked.Increment(ref total) == runs * works)
                done.SetResult();
        }

        Task GrantAsync(SlotGrant grant)
        {
            lock (left)
            {
                var now = left[grant.RunId];
                var used = Math.Min(grant.Count, now);
                left[grant.RunId] -= used;
                dispatcher.Answer(grant, [.. Enumerable.Range(now - used, used).Select(i => Work($"{i}", ExecuteAsync))], now - used);
            }

            return Task.CompletedTask;
        }

        dispatcher = await StartAsync(slots, GrantAsync);
        foreach (var run in left.Keys)
            dispatcher.Offer(run, works);
        await done.Task;
        await dispatcher.DrainAsync(Timeout.InfiniteTimeSpan, Test);

        Assert.InRange(peak, 1, slots);
        Assert.Equal(runs * works, total);
    }

    private static WorkItem Work(string key, Func<WorkSlot, Task> execute, TimeSpan? timeout = null) =>
        new() { Key = key, Execute = execute, Timeout = timeout };

    private static Task Never(WorkSlot slot) => throw new InvalidOperationException("This must not be executed.");

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Task Complete(TaskCompletionSource source)
    {
        source.SetResult();
        return Task.CompletedTask;
    }

    private static Task Complete<T>(TaskCompletionSource<T> source, T value)
    {
        source.SetResult(value);
        return Task.CompletedTask;
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }

    /// <summary>Executes a work that goes on until it is told to stop; the task is the reason that it was told.</summary>
    private async Task<Task<StopReason?>> RunAsync(
        WorkDispatcher dispatcher, string run, string key, TaskCompletionSource started, TimeSpan? timeout = null)
    {
        var reason = new TaskCompletionSource<StopReason?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var work = Work(key, async slot =>
        {
            var stopped = NewSource();
            await using var registration = slot.Token.Register(() => stopped.TrySetResult());
            started.SetResult();
            await stopped.Task;
            reason.SetResult(slot.Reason);
        }, timeout);
        dispatcher.Offer(run, 1);
        dispatcher.Answer(await _grants.Reader.ReadAsync(Test), [work], 0);
        return reason.Task;
    }

    private Task Keep(SlotGrant grant)
    {
        _grants.Writer.TryWrite(grant);
        return Task.CompletedTask;
    }

    private async Task<WorkDispatcher> StartAsync(int slots, Func<SlotGrant, Task>? grant = null)
    {
        var options = new SchedulingOptions { WorkSlots = slots };
        _engine = await QuartzEngine.StartAsync(options, _time, NullLoggerFactory.Instance, Test);
        return await WorkDispatcher.StartAsync(_engine, options, grant ?? Keep, NullLogger.Instance, Test);
    }
}
