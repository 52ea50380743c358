namespace Dag.Workflows.Scheduling;

/// <summary>Notices when the time of day was set: when it moved by seconds more or less than time has passed.</summary>
internal sealed class ClockJumpWatcher : IDisposable
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <summary>What a jump is; the small corrections of a time service are less.</summary>
    public static readonly TimeSpan Threshold = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _timeProvider;
    private readonly Action<TimeSpan> _onJump;
    private readonly ITimer _timer;
    private DateTimeOffset _lastNow;
    private long _lastTimestamp;
    private int _looking;

    /// <param name="timeProvider">The clock.</param>
    /// <param name="onJump">Gets by how much the clock jumped, negative for back; called on the timer's thread.</param>
    public ClockJumpWatcher(TimeProvider timeProvider, Action<TimeSpan> onJump)
    {
        _timeProvider = timeProvider;
        _onJump = onJump;
        _lastNow = timeProvider.GetUtcNow();
        _lastTimestamp = timeProvider.GetTimestamp();
        _timer = timeProvider.CreateTimer(_ => Look(), null, Period, Period);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (Interlocked.Exchange(ref _looking, 1) == 1)
            return;

        var now = _timeProvider.GetUtcNow();
        var timestamp = _timeProvider.GetTimestamp();
        var jump = now - _lastNow - _timeProvider.GetElapsedTime(_lastTimestamp, timestamp);
        (_lastNow, _lastTimestamp) = (now, timestamp);
        Volatile.Write(ref _looking, 0);
        if (jump.Duration() > Threshold)
            _onJump(jump);
    }
}
