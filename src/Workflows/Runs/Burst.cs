using Dag.Workflows.Activities;
using Dag.Workflows.Graph;

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
            Fault(execution, execution.Node, e);
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

    // An activity has completed (the step holds its outcomes and changes): its parent reacts within the same event; if that completes
    // the parent too, its own event follows, and so on up.
    private async ValueTask CompleteAsync(Execution execution, bool react = true)
    {
        var leaf = execution.Node;
        var composite = _step.CompositeToComplete;
        react &= !_step.CutsReaction;
        var lingers = false;
        while (true)
        {
            var outcomes = _step.Outcomes ?? execution.CompositeOutcomes;
            var inputs = _step.TakeInputs();
            var outputs = _step.TakeOutputs();
            _step.CancelChildrenOf(execution);
            var parent = execution.Parent;
            var parentCompletes = false;
            if (react && parent is { Status: ExecutionStatus.Running } or { Lingers: true })
            {
                _step.Remember(execution.Node, outputs);
                _step.Turn(parent);
                try
                {
                    await ReactAsync(parent.Node.Control, execution, outcomes);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    Fault(execution, leaf, e);
                    return;
                }

                parentCompletes = _step.IsCompleted && parent.IsOpen;
            }

            if (!parentCompletes)
            {
                _step.ScheduleLate();
            }

            Emit(new ExecutionCompleted
            {
                At = _now,
                Execution = execution.Id,
                Outcomes = outcomes,
                Inputs = inputs,
                Outputs = outputs,
                Lingers = lingers,
                Changes = _step.TakeChanges(),
            });
            if (!parentCompletes)
            {
                break;
            }

            lingers = _step.Lingers;
            execution = parent!;
        }

        if (composite is { IsOpen: true })
        {
            _step.Begin(composite, CancellationToken.None);
            _step.Complete();
            await CompleteAsync(composite);
        }
    }

    // Work that has entered one of its ports is over with the port's activity.
    private ValueTask ReactAsync(ControlActivity? parent, Execution child, IReadOnlyList<string>? outcomes)
    {
        if (parent is not null)
        {
            return parent.ChildCompletedAsync(_step, child, outcomes);
        }

        _step.Complete();
        return ValueTask.CompletedTask;
    }

    private void Fault(Execution execution, Node blamed, Exception exception)
    {
        var incident = new Incident(
            blamed.Id, blamed.NodeId, blamed.Type, exception.Message, exception.InnerException?.Message, _now);
        Emit(new ExecutionFaulted
        {
            At = _now,
            Execution = execution.Id,
            Incident = incident,
            Changes = _step.TakeChanges(),
            FaultsRun = _state.Graph.Strategy == IncidentStrategy.Fault,
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
            Finish(RunSubStatus.Finished);
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
            Finish(RunSubStatus.Finished);
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
