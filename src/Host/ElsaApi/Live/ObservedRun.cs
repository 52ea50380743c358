namespace Dag.Host.ElsaApi.Live;

/// <summary>A run that somebody looks at: tells of its changes one at a time, not more often than the interval, and the last one always.</summary>
internal sealed class ObservedRun : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeSpan _interval;
    private readonly TimeProvider _clock;
    private readonly Func<Told, Task<Told>> _tell;
    private readonly ITimer _timer;
    private Told _told;
    private long _lastTold;
    private bool _isTelling;
    private bool _hasChanged;
    private bool _isDisposed;

    public ObservedRun(TimeSpan interval, TimeProvider clock, Func<Told, Task<Told>> tell)
    {
        _interval = interval;
        _clock = clock;
        _tell = tell;
        _lastTold = clock.GetTimestamp() - (long)(interval.TotalSeconds * clock.TimestampFrequency);
        _timer = clock.CreateTimer(_ => _ = TellAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many connections look at it; whoever changes it holds the lock of <see cref="LiveUpdates"/>.</summary>
    public int Observers { get; set; }

    /// <summary>Whether everybody knows that it is over.</summary>
    public bool IsOver => _told.IsOver;

    /// <summary>Something has happened in the run.</summary>
    public void Changed()
    {
        lock (_gate)
        {
            if (_isDisposed || _hasChanged)
            {
                return;
            }

            _hasChanged = true;
            if (!_isTelling)
            {
                Arm();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _timer.Dispose();
        }
    }

    private void Arm()
    {
        var wait = _interval - _clock.GetElapsedTime(_lastTold);
        _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private async Task TellAsync()
    {
        lock (_gate)
        {
            if (_isDisposed || _isTelling)
            {
                return;
            }

            _isTelling = true;
            _hasChanged = false;
        }

        var told = await _tell(_told);
        lock (_gate)
        {
            _told = told;
            _lastTold = _clock.GetTimestamp();
            _isTelling = false;
            if (_hasChanged && !_isDisposed)
            {
                Arm();
            }
        }
    }
}
