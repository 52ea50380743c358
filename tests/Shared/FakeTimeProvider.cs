namespace Dag.Tests;

/// <summary>
/// A clock that stands until it is moved; timers fire when it passes their due time. As on a real machine timers and timestamps follow
/// the time that has passed, and only the time of day follows a jump.
/// </summary>
public sealed class FakeTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<FakeTimer> _timers = [];
    private DateTimeOffset _wallAtZero = start;
    private TaskCompletionSource _armed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _passed;

    public FakeTimeProvider() : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _wallAtZero + _passed;
        }
    }

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _passed.Ticks;
        }
    }

    /// <summary>Moves the clock and fires what falls due, in order.</summary>
    public void Advance(TimeSpan by)
    {
        TimeSpan target;
        lock (_gate)
        {
            target = _passed + by;
        }

        while (true)
        {
            FakeTimer? next;
            lock (_gate)
            {
                next = _timers.Where(t => t.Due <= target).MinBy(t => t.Due);
                _passed = next is null ? target : next.Due > _passed ? next.Due!.Value : _passed;
                next?.Rearm();
            }

            if (next is null)
            {
                return;
            }

            next.Fire();
        }
    }

    /// <summary>Waits until something waits for the clock, and moves it just as far as that needs.</summary>
    public async Task AdvanceToNextTimerAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task armed;
            TimeSpan? wait;
            lock (_gate)
            {
                armed = _armed.Task;
                wait = _timers.Min(t => t.Due) - _passed;
            }

            if (wait is { } by)
            {
                Advance(by > TimeSpan.Zero ? by : TimeSpan.Zero);
                return;
            }

            await armed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Sets the time of day without firing anything and without time passing, as a jump of the system clock does.</summary>
    public void JumpTo(DateTimeOffset now)
    {
        lock (_gate)
        {
            _wallAtZero = now - _passed;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        lock (_gate)
        {
            _timers.Add(timer);
            TellArmed();
        }

        return timer;
    }

    private void TellArmed()
    {
        _armed.TrySetResult();
        _armed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class FakeTimer(FakeTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public TimeSpan? Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock._passed + dueTime;
                _period = period;
                clock.TellArmed();
            }

            return true;
        }

        public void Rearm() => Due = _period > TimeSpan.Zero ? Due + _period : null;

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
