using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Running;

/// <summary>Tells whoever listens in this process what happens in runs. A listener must be quick; it cannot disturb a run.</summary>
public sealed partial class RunFeed(ILogger<RunFeed> logger)
{
    private readonly Lock _gate = new();
    private Action<RunNotice>[] _listeners = [];

    /// <summary>Listens until disposed.</summary>
    public IDisposable Listen(Action<RunNotice> listener)
    {
        lock (_gate)
        {
            _listeners = [.. _listeners, listener];
        }

        return new Subscription(this, listener);
    }

    internal bool HasListeners => _listeners.Length > 0;

    internal void Tell(RunNotice notice)
    {
        foreach (var listener in _listeners)
        {
            try
            {
                listener(notice);
            }
            catch (Exception e)
            {
                LogListenerFailed(e, notice.Run.Id);
            }
        }
    }

    private void Remove(Action<RunNotice> listener)
    {
        lock (_gate)
        {
            _listeners = [.. _listeners.Where(l => l != listener)];
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Somebody who listens to run {RunId} failed; the run is not affected.")]
    private partial void LogListenerFailed(Exception exception, string runId);

    private sealed class Subscription(RunFeed feed, Action<RunNotice> listener) : IDisposable
    {
        public void Dispose() => feed.Remove(listener);
    }
}
