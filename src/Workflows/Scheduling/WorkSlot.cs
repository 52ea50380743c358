using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Scheduling;

/// <summary>The slot that a work occupies while it is executed, and through which it is told to stop.</summary>
internal sealed partial class WorkSlot
{
    // The longest span that a timer takes; a timeout beyond seven weeks is none.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly ILogger _logger;
    private readonly CancellationTokenSource _source = new();
    private readonly Lock _gate = new();
    private StopReason? _reason;
    private ITimer? _timer;
    private bool _ended;

    internal WorkSlot(string runId, WorkItem item, ILogger logger)
    {
        RunId = runId;
        Item = item;
        _logger = logger;
    }

    /// <summary>The run's id.</summary>
    public string RunId { get; }

    /// <summary>The work.</summary>
    public WorkItem Item { get; }

    /// <summary>Cancelled when the work is to stop; <see cref="Reason"/> says why.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Why the work was told to stop: the first reason, if there were several. Null as long as it was not.</summary>
    public StopReason? Reason
    {
        get
        {
            lock (_gate)
                return _reason;
        }
    }

    /// <summary>Tells the work to stop. Later reasons change nothing.</summary>
    public void Stop(StopReason reason)
    {
        lock (_gate)
        {
            if (_ended || _reason is not null)
                return;

            _reason = reason;
        }

        // What the work registered on its token runs on another thread, and its exceptions are not the canceller's.
        _ = CancelAsync();
    }

    /// <summary>Executes the work under its timeout.</summary>
    internal async Task ExecuteAsync(TimeProvider timeProvider)
    {
        if (Item.Timeout is { } timeout && timeout <= LongestTimer)
        {
            _timer = timeProvider.CreateTimer(
                slot => ((WorkSlot)slot!).Stop(StopReason.TimedOut), this, timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero, System.Threading.Timeout.InfiniteTimeSpan);
        }

        try
        {
            await Item.Execute(this);
        }
        finally
        {
            lock (_gate)
                _ended = true;
            if (_timer is { } timer)
                await timer.DisposeAsync();
        }
    }

    private async Task CancelAsync()
    {
        try
        {
            await _source.CancelAsync();
        }
        catch (Exception exception)
        {
            LogCancelFailed(exception, Item.Key, RunId);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Something that work {Key} of run {RunId} registered on its token failed when it was cancelled")]
    private partial void LogCancelFailed(Exception exception, string key, string runId);
}
