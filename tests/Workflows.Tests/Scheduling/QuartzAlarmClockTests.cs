using System.Threading.Channels;
using Dag.Tests;
using Dag.Workflows.Scheduling;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Workflows.Tests.Scheduling;

public sealed class QuartzAlarmClockTests : IAsyncLifetime
{
    private static readonly CancellationToken Test = TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _time = new();
    private readonly Channel<string> _rings = Channel.CreateUnbounded<string>();
    private Func<string, Task> _onRing = _ => Task.CompletedTask;
    private QuartzEngine _engine = null!;
    private QuartzAlarmClock _clock = null!;

    private DateTimeOffset Now => _time.GetUtcNow();

    public async ValueTask InitializeAsync()
    {
        _engine = await QuartzEngine.StartAsync(new SchedulingOptions { WorkSlots = 1 }, _time, NullLoggerFactory.Instance, Test);
        _clock = await QuartzAlarmClock.StartAsync(_engine, RingAsync, NullLogger.Instance, Test);
    }

    public async ValueTask DisposeAsync()
    {
        _clock.Dispose();
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task Alarms_ring_in_the_order_of_their_times_and_once()
    {
        await _clock.SetAsync("second", Now.AddHours(2), Test);
        await _clock.SetAsync("first", Now.AddHours(1), Test);
        await _clock.SetAsync("third", Now.AddHours(3), Test);

        Assert.Equal(["first", "second", "third"], [await NextAfter(1), await NextAfter(1), await NextAfter(1)]);
        Assert.Equal(0, _clock.Count);
    }

    [Fact]
    public async Task An_alarm_whose_time_has_passed_rings_at_once()
    {
        await _clock.SetAsync("a", Now.AddYears(-3), Test);

        Assert.Equal("a", await _rings.Reader.ReadAsync(Test));
    }

    [Fact]
    public async Task Setting_an_alarm_replaces_it()
    {
        await _clock.SetAsync("a", Now.AddHours(1), Test);
        await _clock.SetAsync("a", Now.AddHours(3), Test);
        await _clock.SetAsync("before", Now.AddHours(2), Test);
        await _clock.SetAsync("after", Now.AddHours(4), Test);

        Assert.Equal(["before", "a", "after"], [await NextAfter(2), await NextAfter(1), await NextAfter(1)]);
    }

    [Fact]
    public async Task A_removed_alarm_does_not_ring()
    {
        await _clock.SetAsync("removed", Now.AddHours(1), Test);
        await _clock.RemoveAsync("removed", Test);
        await _clock.RemoveAsync("never set", Test);
        await _clock.SetAsync("kept", Now.AddHours(2), Test);

        Assert.Equal("kept", await NextAfter(2));
        Assert.Equal(0, _clock.Count);
    }

    [Fact]
    public async Task An_alarm_can_set_itself_again_while_it_rings()
    {
        _onRing = async key => await _clock.SetAsync(key, Now.AddHours(1), Test);
        await _clock.SetAsync("a", Now.AddHours(1), Test);

        Assert.Equal(["a", "a", "a"], [await NextAfter(1), await NextAfter(2), await NextAfter(2)]);
    }

    [Fact]
    public async Task A_ring_that_fails_is_repeated_after_one_two_and_four_seconds()
    {
        var failures = 3;
        _onRing = _ => failures-- > 0 ? throw new InvalidOperationException("the database is locked") : Task.CompletedTask;
        var due = Now.AddHours(1);
        await _clock.SetAsync("a", due, Test);
        for (var i = 0; i < 4; i++)
            Assert.Equal("a", await NextAfter(i == 0 ? 1 : 0));

        Assert.True(Now >= due.AddSeconds(1 + 2 + 4));
        await _clock.SetAsync("end", Now.AddHours(5), Test);
        Assert.Equal("end", await NextAfter(5));
    }

    [Fact]
    public async Task When_the_clock_jumps_forward_late_alarms_ring_though_no_time_has_passed()
    {
        await _clock.SetAsync("a", Now.AddDays(1), Test);
        await _clock.SetAsync("b", Now.AddDays(2), Test);
        await _clock.SetAsync("future", Now.AddDays(30), Test);
        _time.JumpTo(Now.AddDays(3));

        Assert.Equal(["a", "b"], new[] { await NextAfter(0), await NextAfter(0) }.Order());
        Assert.Equal(1, _clock.Count);
    }

    [Fact]
    public async Task When_the_clock_jumps_back_alarms_wait_for_their_time_and_ring_once()
    {
        var noon = Now.AddHours(12);
        await _clock.SetAsync("rung", Now.AddHours(1), Test);
        Assert.Equal("rung", await NextAfter(1));
        await _clock.SetAsync("noon", noon, Test);
        _time.Advance(noon - Now - TimeSpan.FromSeconds(1));
        _time.JumpTo(noon.AddHours(-6));
        await _clock.SetAsync("before noon", noon.AddHours(-3), Test);

        Assert.Equal("before noon", await NextAfter(3));
        Assert.True(Now < noon);
        Assert.Equal("noon", await NextAfter(3));
        Assert.True(Now >= noon);
        Assert.Equal(0, _clock.Count);
    }

    [Fact]
    public async Task A_thousand_alarms_ring_once_each_and_none_before_its_time()
    {
        var early = 0;
        var dues = Enumerable.Range(0, 1000).ToDictionary(i => $"{i}", i => Now.AddMilliseconds(i));
        _onRing = key =>
        {
            if (Now < dues[key])
                Interlocked.Increment(ref early);
            return Task.CompletedTask;
        };
        foreach (var (key, due) in dues)
            await _clock.SetAsync(key, due, Test);

        var rung = new HashSet<string>();
        for (var i = 0; i < 1000; i++)
            Assert.True(rung.Add(await NextAfter(0)));
        Assert.Equal(0, early);
        Assert.Equal(0, _clock.Count);
    }

    private async Task RingAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await _onRing(key);
        }
        finally
        {
            _rings.Writer.TryWrite(key);
        }
    }

    /// <summary>
    /// Moves the clock by hours and waits for the next ring. As Quartz reads the clock on a thread of its own, the clock goes on meanwhile,
    /// fifty milliseconds for each real one.
    /// </summary>
    private async Task<string> NextAfter(int hours)
    {
        _time.Advance(TimeSpan.FromHours(hours));
        var ring = _rings.Reader.ReadAsync(Test).AsTask();
        while (await Task.WhenAny(ring, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Test)) != ring)
            _time.Advance(TimeSpan.FromMilliseconds(50));
        return await ring;
    }
}
