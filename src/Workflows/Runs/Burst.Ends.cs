using Dag.Workflows.Activities;
using Dag.Workflows.Graph;

namespace Dag.Workflows.Runs;

/// <summary>How executions end, and what those above them make of it.</summary>
internal sealed partial class Burst
{
    private bool Propagates => _state.Graph.Strategy == IncidentStrategy.Propagate;

    private ValueTask CompleteAsync(Execution execution, bool react = true)
    {
        react &= !_step.CutsReaction;
        return _step.CompositeToComplete is { } composite
            ? CompleteWithAsync(execution, composite, react)
            : EndAsync(execution, react, hasFailed: false, incident: null);
    }

    private async ValueTask CompleteWithAsync(Execution execution, Execution composite, bool react)
    {
        await EndAsync(execution, react, hasFailed: false, incident: null);
        if (composite.IsOpen)
        {
            _step.Begin(composite, CancellationToken.None);
            _step.Complete();
            await CompleteAsync(composite);
        }
    }

    // An activity has ended (the step holds its outcomes and changes): its parent reacts within the same event; if that ends the parent
    // too, its own event follows, and so on up.
    private async ValueTask EndAsync(Execution execution, bool react, bool hasFailed, Incident? incident)
    {
        var leaf = execution.Node;
        var lingers = false;
        while (true)
        {
            var outcomes = _step.Outcomes ?? execution.CompositeOutcomes;
            var inputs = _step.TakeInputs();
            var outputs = _step.TakeOutputs();
            _step.CancelChildrenOf(execution);
            var parent = execution.Parent;
            var parentEnds = false;
            Incident? parentIncident = null;
            if (react && parent is { Status: ExecutionStatus.Running or ExecutionStatus.Waiting } or { Lingers: true })
            {
                _step.Remember(execution.Node, outputs);
                _step.Turn(parent);
                try
                {
                    await ReactAsync(parent.Node.Control, execution, outcomes, hasFailed);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    if (!Propagates)
                    {
                        EmitFault(execution, leaf, e);
                        return;
                    }

                    // Here the parent is to blame, and fails.
                    parentIncident = IncidentOf(parent.Node, e);
                    _step.Fail();
                }

                parentEnds = _step.IsCompleted && parent.IsOpen;
            }

            if (!parentEnds)
            {
                _step.ScheduleLate();
            }

            Emit(hasFailed ? FailureOf(execution, incident) : new ExecutionCompleted
            {
                At = _now,
                Execution = execution.Id,
                Outcomes = outcomes,
                Inputs = inputs,
                Outputs = outputs,
                Lingers = lingers,
                Changes = _step.TakeChanges(),
            });
            if (!parentEnds)
            {
                return;
            }

            (execution, hasFailed, incident, lingers) = (parent!, _step.HasFailed, parentIncident, _step.Lingers);
        }
    }

    private ValueTask ReactAsync(ControlActivity? parent, Execution child, IReadOnlyList<string>? outcomes, bool hasFailed)
    {
        if (parent is not null)
        {
            return hasFailed ? parent.ChildFailedAsync(_step, child) : parent.ChildCompletedAsync(_step, child, outcomes);
        }

        // Work that has entered one of its ports is over with the port's activity.
        _step.End(hasFailed);
        return ValueTask.CompletedTask;
    }

    private ExecutionEvent FailureOf(Execution execution, Incident? incident) => incident is null
        ? new ExecutionFailed { At = _now, Execution = execution.Id, Changes = _step.TakeChanges() }
        : new ExecutionFaulted { At = _now, Execution = execution.Id, Incident = incident, Propagates = true, Changes = _step.TakeChanges() };

    private async ValueTask FaultAsync(Execution execution, Exception exception)
    {
        if (Propagates)
        {
            await EndAsync(execution, react: true, hasFailed: true, IncidentOf(execution.Node, exception));
        }
        else
        {
            EmitFault(execution, execution.Node, exception);
        }
    }

    private void EmitFault(Execution execution, Node blamed, Exception exception) => Emit(new ExecutionFaulted
    {
        At = _now,
        Execution = execution.Id,
        Incident = IncidentOf(blamed, exception),
        Changes = _step.TakeChanges(),
        FaultsRun = _state.Graph.Strategy == IncidentStrategy.Fault,
    });

    private Incident IncidentOf(Node blamed, Exception exception) =>
        new(blamed.Id, blamed.NodeId, blamed.Type, exception.Message, exception.InnerException?.Message, _now);
}
