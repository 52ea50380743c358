using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Scheduling;

/// <summary>Alarms on <see cref="QuartzEngine"/>.</summary>
/// <remarks>
/// Each setting of an alarm is a trigger with a number of its own, so one that was replaced or removed rings no more even when Quartz
/// fires it. When the system clock jumps forward, what became due rings within seconds; when it jumps back, alarms wait for their time
/// again, and those that have rung do not ring again by themselves.
/// </remarks>
internal sealed partial class QuartzAlarmClock : IAlarmClock, IDisposable
{
    private const string Job = "alarm";
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    private readonly QuartzEngine _engine;
    private readonly Func<string, CancellationToken, Task> _ring;
    private readonly ILogger _logger;
    private readonly ClockJumpWatcher _watcher;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Alarm> _alarms = new(StringComparer.Ordinal);
    private long _lastNumber;

    private QuartzAlarmClock(QuartzEngine engine, Func<string, CancellationToken, Task> ring, ILogger logger)
    {
        _engine = engine;
        _ring = ring;
        _logger = logger;
        _watcher = new ClockJumpWatcher(engine.TimeProvider, OnJump);
    }

    /// <summary>How many alarms are set.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _alarms.Count;
        }
    }

    /// <summary>Starts a clock; an engine has one at most.</summary>
    /// <param name="engine">What fires.</param>
    /// <param name="ring">
    /// Gets the key of an alarm that rings. When it throws, it is called again after a second, then two, up to a minute, until it does
    /// not, or the alarm is set anew or removed.
    /// </param>
    /// <param name="logger">Is told of exceptions and of jumps of the clock.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<QuartzAlarmClock> StartAsync(
        QuartzEngine engine, Func<string, CancellationToken, Task> ring, ILogger logger, CancellationToken cancellationToken)
    {
        var clock = new QuartzAlarmClock(engine, ring, logger);
        await engine.HandleAsync(Job, clock.OnFiredAsync, cancellationToken);
        return clock;
    }

    /// <inheritdoc/>
    public ValueTask SetAsync(string key, DateTimeOffset due, CancellationToken cancellationToken) =>
        SetAsync(key, due, TimeSpan.Zero, onlyIfNone: false, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(string key, CancellationToken cancellationToken)
    {
        Alarm? removed;
        lock (_gate)
            _alarms.Remove(key, out removed);
        if (removed is not null)
            await _engine.ForgetAsync(Job, removed.Trigger, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watcher.Dispose();
        _stopping.Cancel();
    }

    private async ValueTask SetAsync(string key, DateTimeOffset due, TimeSpan retried, bool onlyIfNone, CancellationToken cancellationToken)
    {
        Alarm? replaced;
        Alarm alarm;
        lock (_gate)
        {
            if (_alarms.TryGetValue(key, out replaced) && onlyIfNone)
                return;

            alarm = _alarms[key] = new Alarm(key, due, ++_lastNumber, retried);
        }

        if (replaced is not null)
            await _engine.ForgetAsync(Job, replaced.Trigger, cancellationToken);
        await _engine.FireAsync(Job, alarm.Trigger, due, cancellationToken);
    }

    private async Task OnFiredAsync(string trigger)
    {
        try
        {
            if (Claim(trigger) is { } alarm)
                await RingAsync(alarm);
        }
        catch (Exception exception)
        {
            // Only a scheduler that is shut down refuses a trigger; alarms are set again from the database at the next start.
            if (!_stopping.IsCancellationRequested)
                LogLost(exception, Alarm.KeyOf(trigger));
        }
    }

    /// <summary>The alarm that a trigger is for, now no longer set; null when it was replaced, removed, or has to wait again.</summary>
    private Alarm? Claim(string trigger)
    {
        lock (_gate)
        {
            if (!_alarms.TryGetValue(Alarm.KeyOf(trigger), out var alarm) || alarm.Trigger != trigger)
                return null;
            if (alarm.Due <= _engine.TimeProvider.GetUtcNow())
            {
                _alarms.Remove(alarm.Key);
                return alarm;
            }
        }

        // The clock was set back after Quartz had begun to wait.
        _ = RearmAsync(trigger);
        return null;
    }

    private async Task RingAsync(Alarm alarm)
    {
        try
        {
            await _ring(alarm.Key, _stopping.Token);
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            var delay = alarm.Retried == TimeSpan.Zero ? FirstRetry : alarm.Retried * 2;
            delay = delay < LongestRetry ? delay : LongestRetry;
            LogFailed(exception, alarm.Key, delay.TotalSeconds);
            await SetAsync(alarm.Key, _engine.TimeProvider.GetUtcNow() + delay, delay, onlyIfNone: true, CancellationToken.None);
        }
    }

    /// <summary>Quartz waits for the span that it saw when it looked; triggers set anew make it look again.</summary>
    private void OnJump(TimeSpan jump)
    {
        List<string> due;
        lock (_gate)
        {
            var now = _engine.TimeProvider.GetUtcNow();
            due = [.. _alarms.Values.Where(a => a.Due <= now).Select(a => a.Trigger)];
        }

        LogJump(jump.TotalSeconds, due.Count);
        foreach (var trigger in due)
            _ = RearmAsync(trigger);
    }

    private async Task RearmAsync(string trigger)
    {
        try
        {
            Alarm alarm;
            lock (_gate)
            {
                if (!_alarms.TryGetValue(Alarm.KeyOf(trigger), out var current) || current.Trigger != trigger)
                    return;

                alarm = _alarms[current.Key] = current with { Number = ++_lastNumber };
            }

            await _engine.ForgetAsync(Job, trigger, CancellationToken.None);
            await _engine.FireAsync(Job, alarm.Trigger, alarm.Due, CancellationToken.None);
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            LogLost(exception, Alarm.KeyOf(trigger));
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The alarm {Key} failed and rings again in {Seconds} s")]
    private partial void LogFailed(Exception exception, string key, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "The alarm {Key} could not be set again; restart the service")]
    private partial void LogLost(Exception exception, string key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The system clock jumped by {Seconds} s; {Count} alarms are due now")]
    private partial void LogJump(double seconds, int count);

    /// <summary>One setting of an alarm.</summary>
    private sealed record Alarm(string Key, DateTimeOffset Due, long Number, TimeSpan Retried)
    {
        public string Trigger => string.Create(CultureInfo.InvariantCulture, $"{Number}:{Key}");

        public static string KeyOf(string trigger) => trigger[(trigger.IndexOf(':') + 1)..];
    }
}
