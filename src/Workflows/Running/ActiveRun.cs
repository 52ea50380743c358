using Dag.Workflows.AttemptLogs;
using Dag.Workflows.RunLog;
using Dag.Workflows.Runs;
using Dag.Workflows.Scheduling;
using Dag.Workflows.Storage;
using Dag.Workflows.Telemetry;
using Dag.Workflows.Values;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Running;

/// <summary>
/// A run that this node holds: the one place that does what was decided. Arrivals wait in a mailbox; whoever posts into an idle one
/// starts the pump, which drains each arrival as a burst, stores the events of all of them as one batch, and only then lets the world
/// see anything.
/// </summary>
internal sealed partial class ActiveRun
{
    private readonly DagEngine _engine;
    private readonly ILogger _logger;
    private readonly Burst _burst;
    private readonly RunProjections _projections;
    private readonly Lock _gate = new();
    private readonly Queue<Arrival> _mailbox = new();
    private readonly List<(SlotGrant Grant, List<Execution> Executions)> _granted = [];
    private readonly HashSet<long> _usedInbox = [];
    private readonly TaskCompletionSource<AppendOutcome> _created = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _quiet;
    private LogScope? _scope;
    private IReadOnlyList<LedgerKey> _ledgerKeys = [];
    private IReadOnlyList<Blob> _frozen = [];
    private StartRequest? _start;
    private bool _sent;
    private bool _toldParent;
    private bool _pumping;
    private bool _released;
    private long _stored;
    private long _snapshotAt;
    private long _decidingSince;

    public ActiveRun(DagEngine engine, RunState state, long epoch, ILogger logger)
    {
        _engine = engine;
        _logger = logger;
        State = state;
        Epoch = epoch;
        _burst = new Burst(state, engine.Clock);
        _projections = new RunProjections(state);
        _stored = _snapshotAt = state.Sequence;
    }

    public RunState State { get; }

    /// <summary>The run's place in traces.</summary>
    public RunSpan Span { get; init; } = RunSpan.None;

    public long Epoch { get; }

    /// <summary>Whether a burst is under way of which a part is stored already.</summary>
    public bool IsInBurst { get; private set; }

    /// <summary>Completes when the first batch is stored, or was refused.</summary>
    public Task<AppendOutcome> Created => _created.Task;

    /// <summary>Completes when the run is over or another node has taken it.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Begins a new run.</summary>
    public void Begin(RunStarted started, IReadOnlyList<Blob> frozen, StartRequest request)
    {
        _caller = _burst.Caller = request.Caller;
        _frozen = frozen;
        _ledgerKeys = request.LedgerKeys;
        _start = request;
        Post(new StartArrival(started));
    }

    /// <summary>Goes on with a run that was loaded.</summary>
    public void Recover(IReadOnlyList<WorkExecutionRow> work)
    {
        _projections.Load(work);
        _created.TrySetResult(AppendOutcome.Appended);
        Post(new RecoveryArrival());
    }

    /// <summary>Puts an arrival into the mailbox.</summary>
    public void Post(Arrival arrival)
    {
        lock (_gate)
        {
            if (_released)
            {
                GiveBack(arrival);
                return;
            }

            _mailbox.Enqueue(arrival);
            if (_pumping)
            {
                return;
            }

            _pumping = true;
            _engine.Stir();
        }

        ThreadPool.UnsafeQueueUserWorkItem(static run => _ = run.PumpAsync(), this, preferLocal: false);
    }

    /// <summary>Completes when nothing is being decided or stored.</summary>
    public Task QuietAsync()
    {
        lock (_gate)
        {
            return _pumping && !_released ? (_quiet ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
        }
    }

    private async Task PumpAsync()
    {
        Span.Enter();
        using var scope = _logger.BeginScope(_scope ??= new LogScope(State.Graph.Definition.Name, State.RunId));
        try
        {
            while (TakeArrivals() is { } arrivals)
            {
                _decidingSince = _engine.Clock.GetTimestamp();
                foreach (var arrival in arrivals)
                {
                    await HandleAsync(arrival);
                    while (!await _burst.DrainAsync(_engine.Options.EventsPerBatch, _engine.Stopping))
                    {
                        if (!await StoreAsync(settled: false))
                        {
                            return;
                        }
                    }
                }

                TakeSlots();
                if (!await StoreAsync(settled: true))
                {
                    return;
                }

                if (State.IsFinished)
                {
                    Release();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (_engine.Stopping.IsCancellationRequested)
        {
            // What was not stored is decided again by the next process.
            _created.TrySetCanceled(_engine.Stopping);
            Release();
        }
        catch (Exception e)
        {
            LogBroken(e, State.RunId);
            _created.TrySetException(e);
            Release();
        }
    }

    private List<Arrival>? TakeArrivals()
    {
        lock (_gate)
        {
            if (_mailbox.Count == 0)
            {
                _pumping = false;
                _quiet?.TrySetResult();
                _quiet = null;
                return null;
            }

            // One look into the inbox finds all that is in it.
            var taken = new List<Arrival>(_mailbox.Count);
            var looks = false;
            while (_mailbox.TryDequeue(out var arrival))
            {
                if (arrival is not InboxArrival || !looks)
                {
                    looks |= arrival is InboxArrival;
                    taken.Add(arrival);
                }
            }

            return taken;
        }
    }

    private async ValueTask HandleAsync(Arrival arrival)
    {
        switch (arrival)
        {
            case StartArrival start:
                _burst.Start(start.Started);
                break;
            case AttemptArrival { Result: AttemptResult.Completed completed } attempt:
                await _burst.WorkCompletedAsync(attempt.Execution, attempt.Attempt, completed.Outcomes, completed.Outputs, completed.Port);
                break;
            case AttemptArrival { Result: AttemptResult.Failed failed } attempt:
                await _burst.WorkFailedAsync(attempt.Execution, attempt.Attempt, failed.Error);
                break;
            case AttemptArrival attempt:
                _burst.WorkReturned(attempt.Execution, attempt.Attempt);
                break;
            case GrantArrival grant:
                StartAttempts(grant.Grant);
                break;
            case TimerArrival timer:
                await _burst.TimerDueAsync(timer.Execution);
                break;
            case ResumeArrival resume:
                Meet(_engine.Callers.Take(State.RunId, resume.Execution), resume.Execution);
                if (await _burst.ResumeAsync(resume.Execution, resume.Outputs, resume.Outcomes))
                {
                    _ledgerKeys = [.. _ledgerKeys, .. resume.LedgerKeys];
                }

                break;
            case ChildArrival child:
                await _burst.ChildReportedAsync(child.Execution, child.Report);
                break;
            case ChildFailedArrival failed:
                await _burst.ChildFailedAsync(failed.Execution, failed.Error);
                break;
            case CancelArrival cancel:
                _burst.Cancel(cancel.Reason);
                break;
            case RecoveryArrival:
                await RecoverAttemptsAsync();
                break;
            case InboxArrival:
                await ReadInboxAsync();
                break;
        }
    }

    // A run that faults leaves its queue as it is: to ask for slots then would be to be granted and to refuse without end.
    private int WaitingWork => State.IsFaulting || _engine.IsDraining ? 0 : State.QueuedWorkCount;

    private void StartAttempts(SlotGrant grant)
    {
        var started = new List<Execution>(grant.Count);
        if (WaitingWork > 0)
        {
            foreach (var execution in State.QueuedWork(grant.Count))
            {
                _burst.StartAttempt(execution);
                started.Add(execution);
            }
        }

        _granted.Add((grant, started));
    }

    private async ValueTask RecoverAttemptsAsync()
    {
        foreach (var lost in State.Open.Where(e => e.Status == ExecutionStatus.WorkRunning).ToArray())
        {
            _engine.Metrics.AttemptLost(lost.Node.Type);
            await _burst.WorkLostAsync(lost);
        }

        foreach (var (execution, due) in _projections.OpenTimers())
        {
            await _engine.SetTimerAsync(State.RunId, execution, due);
        }

        foreach (var waiting in State.Open.Where(e => e.Bookmark is { IsListening: true }))
        {
            _engine.Listeners.Start(this, waiting);
        }
    }

    private async ValueTask ReadInboxAsync()
    {
        foreach (var message in await _engine.Log.ReadInboxAsync(State.RunId, _engine.Stopping))
        {
            if (!_usedInbox.Add(message.Id))
            {
                continue;
            }

            if (InboxCodec.Read(message.Kind, message.Payload) is { } arrival)
            {
                await HandleAsync(await LoadAsync(arrival));
            }
        }
    }

    // What a message refers to is fetched before it is decided upon.
    private async ValueTask<Arrival> LoadAsync(Arrival arrival) => arrival switch
    {
        ResumeArrival resume => resume with { Outputs = await LoadAsync(resume.Outputs) },
        ChildArrival child => child with { Report = child.Report with { Output = await LoadAsync(child.Report.Output) } },
        _ => arrival,
    };

    private async ValueTask<IReadOnlyDictionary<string, object?>> LoadAsync(IReadOnlyDictionary<string, object?> values)
    {
        if (!values.Values.Any(v => v is BlobReference))
        {
            return values;
        }

        var loaded = new Dictionary<string, object?>();
        foreach (var (name, value) in values)
        {
            loaded[name] = await _engine.Loader.LoadValueAsync(value, _engine.Stopping);
        }

        return loaded;
    }

    private void Release()
    {
        EndSpan();
        lock (_gate)
        {
            _released = true;
            _quiet?.TrySetResult();
            while (_mailbox.TryDequeue(out var arrival))
            {
                GiveBack(arrival);
            }
        }

        foreach (var (grant, _) in _granted)
        {
            _engine.Dispatcher.Answer(grant, [], 0);
        }

        _granted.Clear();
        _engine.Listeners.StopAll(State.RunId);
        LeaveCallers();
        _engine.Forget(this);
        _ended.TrySetResult();
    }

    private void EndSpan()
    {
        if (_stored == 0)
        {
            Span.Discard();
        }
        else if (State.IsFinished)
        {
            var fault = State.SubStatus == RunSubStatus.Faulted ? State.Incidents.FirstOrDefault()?.Message ?? "The run faulted." : null;
            Span.Finish(State.SubStatus.ToString(), fault, State.FinishedAt ?? _engine.Clock.GetUtcNow());
        }
        else
        {
            Span.LetGo(_engine.Clock.GetUtcNow());
        }
    }

    private void GiveBack(Arrival arrival)
    {
        if (arrival is GrantArrival grant)
        {
            _engine.Dispatcher.Answer(grant.Grant, [], 0);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} cannot go on. Its history is stored; it is loaded again with the next renewal of leases.")]
    private partial void LogBroken(Exception exception, string runId);
}
