using Dag.Workflows.Activities;
using Dag.Workflows.Hooks;

namespace Dag.Workflows.Runs;

/// <summary>
/// Decides what an arrival at a run leads to, drained in Elsa's order: first in, first out. Every decision becomes an event that the
/// state folds at once; nothing outside the run is touched.
/// </summary>
internal sealed partial class Burst
{
    private readonly RunState _state;
    private readonly TimeProvider _clock;
    private readonly Step _step;
    private readonly List<RunEvent> _events = [];
    private DateTimeOffset _now;

    public Burst(RunState state, TimeProvider clock)
    {
        _state = state;
        _clock = clock;
        _step = new Step(state, clock);
    }

    /// <summary>Who waits for the run's answer; null when nobody does.</summary>
    public HookCaller? Caller
    {
        get => _step.Caller;
        set => _step.Caller = value;
    }

    /// <summary>The events decided and not yet taken.</summary>
    public IReadOnlyList<RunEvent> Events => _events;

    /// <summary>Forgets the events, which have been written down.</summary>
    public void ClearEvents() => _events.Clear();

    /// <summary>Begins the run.</summary>
    public void Start(RunStarted started) => Emit(started);

    /// <summary>
    /// Runs what is queued until nothing is, or until so many events wait to be stored; then call again after storing them.
    /// </summary>
    /// <returns>True when the burst is over.</returns>
    public async ValueTask<bool> DrainAsync(int maxEvents, CancellationToken cancellationToken)
    {
        while (_state.NextReady is { } next)
        {
            if (_events.Count >= maxEvents)
            {
                return false;
            }

            _now = _clock.GetUtcNow();
            await StepAsync(next, cancellationToken);
        }

        Conclude();
        return true;
    }

    private ValueTask StepAsync(Execution execution, CancellationToken cancellationToken) => execution.Node.Descriptor.Kind switch
    {
        ActivityKind.Job => QueueWorkAsync(execution, cancellationToken),
        ActivityKind.Trigger when execution.Node.Control is null => TriggerAsync(execution, cancellationToken),
        _ => ControlAsync(execution, cancellationToken),
    };

    private async ValueTask ControlAsync(Execution execution, CancellationToken cancellationToken)
    {
        _step.Begin(execution, cancellationToken);
        try
        {
            await _step.EvaluateInputsAsync();
            await execution.Node.Control!.ExecuteAsync(_step);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            await FaultAsync(execution, e);
            return;
        }

        if (_step.IsCompleted)
        {
            await CompleteAsync(execution);
            return;
        }

        Emit(new ExecutionStarted
        {
            At = _now,
            Execution = execution.Id,
            Inputs = _step.TakeInputs(),
            Bookmark = _step.Bookmark,
            Changes = _step.TakeChanges(),
        });
    }

    // The burst is over: is the run?
    private void Conclude()
    {
        if (_state.IsFinished)
        {
            return;
        }

        if (_state.IsEnding)
        {
            Finish(_state.Open.Any(e => e.HasFailures) ? RunSubStatus.Faulted : RunSubStatus.Finished);
        }
        else if (_state.IsFaulting)
        {
            if (_state.WorkInFlight == 0)
            {
                Finish(RunSubStatus.Faulted);
            }
        }
        else if (_state.Open.Count == 0)
        {
            Finish(_state.HasFailed ? RunSubStatus.Faulted : RunSubStatus.Finished);
        }
    }

    private void Finish(RunSubStatus status, string? reason = null)
    {
        _now = _clock.GetUtcNow();
        Emit(new RunFinished { At = _now, SubStatus = status, Reason = reason });
    }

    private void Emit(RunEvent e)
    {
        _state.Apply(e);
        _events.Add(e);
    }
}
