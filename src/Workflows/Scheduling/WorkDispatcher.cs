using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Scheduling;

/// <summary>
/// Starts works on this node through Quartz, never more at once than there are slots, and fairly between runs. A work is started in three
/// steps, so that its start is on record before it begins: the run offers what waits, the dispatcher grants slots, and the run, after its
/// commit, answers the grant with the works.
/// </summary>
/// <remarks>
/// Grants come in batches: whatever is free when the dispatcher looks. Each grant must be answered, also with fewer works or none. What
/// the dispatcher calls, it calls on threads of the pool, never from within a call to it.
/// </remarks>
internal sealed partial class WorkDispatcher
{
    private const string Job = "work";

    private readonly QuartzEngine _engine;
    private readonly Func<SlotGrant, Task> _grant;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly SlotLedger _ledger;
    private readonly Dictionary<string, Dictionary<string, WorkSlot>> _byRun = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, WorkSlot> _byTrigger = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastTrigger;
    private bool _patienceIsOver;
    private int _granting;

    private WorkDispatcher(QuartzEngine engine, int slots, Func<SlotGrant, Task> grant, ILogger logger)
    {
        _engine = engine;
        _grant = grant;
        _logger = logger;
        _ledger = new SlotLedger(slots);
    }

    /// <summary>What the slots are doing.</summary>
    public WorkLoad Load
    {
        get
        {
            lock (_gate)
                return new WorkLoad(_ledger.Capacity, _ledger.Busy, _ledger.Granted, _ledger.Waiting);
        }
    }

    /// <summary>Starts a dispatcher; an engine has one at most.</summary>
    /// <param name="engine">What starts the works; it must have been given the same options.</param>
    /// <param name="options">How many slots there are.</param>
    /// <param name="grant">
    /// Gets each grant and sees to it that <see cref="Answer"/> is called. If it throws before that, the grant is taken back and the run
    /// waits for nothing until it offers again.
    /// </param>
    /// <param name="logger">Is told of exceptions.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<WorkDispatcher> StartAsync(
        QuartzEngine engine, SchedulingOptions options, Func<SlotGrant, Task> grant, ILogger logger, CancellationToken cancellationToken)
    {
        var dispatcher = new WorkDispatcher(engine, options.WorkSlots, grant, logger);
        await engine.HandleAsync(Job, dispatcher.OnFiredAsync, cancellationToken);
        return dispatcher;
    }

    /// <summary>A run says how many of its works wait to be started, including those for which it holds a grant. The last word counts; 0 is none.</summary>
    public void Offer(string runId, int waiting)
    {
        lock (_gate)
            _ledger.Offer(runId, waiting);
        GrantSoon();
    }

    /// <summary>
    /// As <see cref="Offer"/>, and takes what is free at once when no other run waits; null when it has to wait for a grant. It must be
    /// answered like any other.
    /// </summary>
    public SlotGrant? TryTake(string runId, int waiting)
    {
        lock (_gate)
            return _ledger.Take(runId, waiting);
    }

    /// <summary>A run answers a grant: it starts these works, gives back the slots beyond them, and says how many of its works still wait.</summary>
    /// <param name="grant">The grant.</param>
    /// <param name="items">As many works at most; their start is on record. Works of one run that are executed at once differ in their keys.</param>
    /// <param name="waiting">How many of its works wait now, without these.</param>
    /// <exception cref="InvalidOperationException">The grant is answered already or is for less, or a key is in use; nothing was started.</exception>
    public void Answer(SlotGrant grant, IReadOnlyList<WorkItem> items, int waiting)
    {
        var triggers = new List<string>(items.Count);
        lock (_gate)
        {
            var running = _byRun.GetValueOrDefault(grant.RunId) ?? new Dictionary<string, WorkSlot>(StringComparer.Ordinal);
            RefuseKeysInUse(grant.RunId, running, items);
            _ledger.Answer(grant, items.Count, waiting);
            foreach (var item in items)
            {
                var slot = new WorkSlot(grant.RunId, item, _logger);
                var trigger = (++_lastTrigger).ToString(CultureInfo.InvariantCulture);
                running[item.Key] = slot;
                _byTrigger[trigger] = slot;
                triggers.Add(trigger);
                if (_patienceIsOver)
                    slot.Stop(StopReason.Draining);
            }

            if (items.Count > 0)
                _byRun[grant.RunId] = running;
            TellIfIdle();
        }

        foreach (var trigger in triggers)
            _ = LaunchAsync(trigger);
        GrantSoon();
    }

    /// <summary>Tells all works of a run that are being executed to stop.</summary>
    public void Cancel(string runId) => Stop(() => _byRun.TryGetValue(runId, out var running) ? [.. running.Values] : [], StopReason.Cancelled);

    /// <summary>Tells one work of a run to stop, if it is being executed.</summary>
    public void Cancel(string runId, string key) =>
        Stop(() => _byRun.TryGetValue(runId, out var running) && running.TryGetValue(key, out var slot) ? [slot] : [], StopReason.Cancelled);

    /// <summary>
    /// Grants nothing more and waits for the works that are being executed; when patience ends, tells the rest to stop and waits for them.
    /// </summary>
    /// <param name="patience">How long works may go on undisturbed.</param>
    /// <param name="cancellationToken">Gives up waiting for works that do not stop.</param>
    /// <exception cref="OperationCanceledException">Some work did not stop before the token was cancelled.</exception>
    public async Task DrainAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _ledger.Close();
            TellIfIdle();
        }

        try
        {
            await _idle.Task.WaitAsync(patience, _engine.TimeProvider, cancellationToken);
        }
        catch (TimeoutException)
        {
            Stop(
                () =>
                {
                    _patienceIsOver = true;
                    return [.. _byRun.Values.SelectMany(r => r.Values)];
                },
                StopReason.Draining);
            await _idle.Task.WaitAsync(cancellationToken);
        }
    }

    private static void RefuseKeysInUse(string runId, Dictionary<string, WorkSlot> running, IReadOnlyList<WorkItem> items)
    {
        var keys = new HashSet<string>(items.Count, StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (running.ContainsKey(item.Key) || !keys.Add(item.Key))
                throw new InvalidOperationException($"Work '{item.Key}' of run '{runId}' is being executed already.");
        }
    }

    private void Stop(Func<WorkSlot[]> select, StopReason reason)
    {
        WorkSlot[] slots;
        lock (_gate)
            slots = select();
        foreach (var slot in slots)
            slot.Stop(reason);
    }

    /// <summary>Looks for grants on another thread; calls that come before it looks are one.</summary>
    private void GrantSoon()
    {
        if (Interlocked.Exchange(ref _granting, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static dispatcher => dispatcher.GrantNow(), this, preferLocal: false);
    }

    private void GrantNow()
    {
        Interlocked.Exchange(ref _granting, 0);
        IReadOnlyList<SlotGrant> grants;
        lock (_gate)
            grants = _ledger.Grant();
        foreach (var grant in grants)
            _ = CallAsync(grant);
    }

    private async Task CallAsync(SlotGrant grant)
    {
        try
        {
            await _grant(grant);
        }
        catch (Exception exception)
        {
            LogGrantFailed(exception, grant.RunId, grant.Count);
            TakeBack(grant);
        }
    }

    private void TakeBack(SlotGrant grant)
    {
        lock (_gate)
        {
            if (!grant.IsAnswered)
                _ledger.Answer(grant, 0, 0);
            TellIfIdle();
        }

        GrantSoon();
    }

    private async Task LaunchAsync(string trigger)
    {
        try
        {
            await _engine.FireAsync(Job, trigger, _engine.TimeProvider.GetUtcNow(), CancellationToken.None);
        }
        catch (Exception exception)
        {
            // Only a scheduler that is shut down refuses. The work must still end as an attempt that did not take place.
            if (_byTrigger.TryGetValue(trigger, out var slot))
            {
                LogNotLaunched(exception, slot.Item.Key, slot.RunId);
                slot.Stop(StopReason.Draining);
            }

            await Task.Run(() => OnFiredAsync(trigger), CancellationToken.None);
        }
    }

    private async Task OnFiredAsync(string trigger)
    {
        if (!_byTrigger.TryRemove(trigger, out var slot))
            return;

        try
        {
            await slot.ExecuteAsync(_engine.TimeProvider);
        }
        catch (Exception exception)
        {
            LogWorkThrew(exception, slot.Item.Key, slot.RunId);
        }
        finally
        {
            End(slot);
        }
    }

    private void End(WorkSlot slot)
    {
        lock (_gate)
        {
            var running = _byRun[slot.RunId];
            running.Remove(slot.Item.Key);
            if (running.Count == 0)
                _byRun.Remove(slot.RunId);
            _ledger.End();
            TellIfIdle();
        }

        GrantSoon();
    }

    private void TellIfIdle()
    {
        if (_ledger is { IsClosed: true, IsIdle: true })
            _idle.TrySetResult();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} could not take its grant of {Count} slots; its works wait until it offers them again")]
    private partial void LogGrantFailed(Exception exception, string runId, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Work {Key} of run {RunId} was not launched")]
    private partial void LogNotLaunched(Exception exception, string key, string runId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Work {Key} of run {RunId} threw out of its slot")]
    private partial void LogWorkThrew(Exception exception, string key, string runId);
}
