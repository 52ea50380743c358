using Dag.Workflows.Activities;
using Dag.Workflows.Composition;
using Dag.Workflows.Graph;

namespace Dag.Workflows.Runs;

/// <summary>What arrives from outside: work that ended, timers, cancellation.</summary>
internal sealed partial class Burst
{
    /// <summary>How many attempts may be lost with their process before the execution faults: poison must not loop.</summary>
    public const int LostAttemptLimit = 3;

    /// <summary>Records that an attempt is about to run.</summary>
    public AttemptStarted StartAttempt(Execution execution)
    {
        var attempt = new AttemptStarted { At = _clock.GetUtcNow(), Execution = execution.Id, Attempt = execution.Attempts + 1 };
        Emit(attempt);
        return attempt;
    }

    /// <summary>
    /// An attempt ended well, with outcomes or with one of its ports, whose activity then comes first. One that has been superseded is ignored.
    /// </summary>
    public async ValueTask WorkCompletedAsync(
        long executionId, int attempt, IReadOnlyList<string>? outcomes, IReadOnlyDictionary<string, object?> outputs, string? port = null)
    {
        if (Current(executionId, attempt) is not { } execution)
        {
            return;
        }

        if (port is not null && !_state.IsFaulting && execution.Node.PortOrNull(port) is { } embedded)
        {
            await EnterPortAsync(execution, port, embedded, outputs);
        }
        else
        {
            await CompleteFromOutsideAsync(execution, outcomes, outputs);
        }
    }

    /// <summary>An attempt failed: there is another one, or a Failed port, or an incident.</summary>
    public async ValueTask WorkFailedAsync(long executionId, int attempt, Exception error)
    {
        if (Current(executionId, attempt) is not { } execution)
        {
            return;
        }

        var policy = execution.Node.Work.Retries;
        var counted = attempt - execution.LostAttempts;
        if (counted < policy.MaxAttempts && error is not ActivityException { Retryable: false } && !_state.IsFaulting)
        {
            var delay = policy.NextDelay(counted, _state.RunId, executionId, (error as ActivityException)?.RetryAfter);
            Emit(new AttemptFailed { At = _now, Execution = executionId, Attempt = attempt, Error = error.Message, RetryAt = _now + delay });
            return;
        }

        await FailAsync(execution, error);
    }

    /// <summary>An attempt was lost with its process: it is tried again, unless too many were.</summary>
    public async ValueTask WorkLostAsync(Execution execution)
    {
        _now = _clock.GetUtcNow();
        Emit(new AttemptLost { At = _now, Execution = execution.Id, Attempt = execution.Attempts });
        if (execution.LostAttempts >= LostAttemptLimit)
        {
            await FailAsync(execution, new ActivityException(
                $"The process died while running it, {execution.LostAttempts} times. Look at what it needs (memory, native libraries) before running it again."));
        }
    }

    /// <summary>An attempt was handed back because the service stops; it does not count.</summary>
    public void WorkReturned(long executionId, int attempt)
    {
        if (Current(executionId, attempt) is not null)
        {
            Emit(new AttemptReturned { At = _now, Execution = executionId, Attempt = attempt });
        }
    }

    /// <summary>A timer fell due: a bookmark is resumed, or work is queued again. One that is gone is ignored.</summary>
    public async ValueTask TimerDueAsync(long executionId)
    {
        _now = _clock.GetUtcNow();
        switch (_state.Find(executionId))
        {
            case { Status: ExecutionStatus.RetryWaiting } retry:
                Emit(new RetryDue { At = _now, Execution = retry.Id });
                break;
            case { Status: ExecutionStatus.Waiting, Bookmark.DueAt: not null } waiting:
                await CompleteFromOutsideAsync(waiting, null, NoOutputs);
                break;
        }
    }

    /// <summary>Resumes a bookmark with the outputs of what it waited for. One that is gone is ignored.</summary>
    /// <returns>False when it is gone.</returns>
    public async ValueTask<bool> ResumeAsync(long executionId, IReadOnlyDictionary<string, object?> outputs, IReadOnlyList<string>? outcomes = null)
    {
        _now = _clock.GetUtcNow();
        if (_state.Find(executionId) is { Status: ExecutionStatus.Waiting } waiting)
        {
            await CompleteFromOutsideAsync(waiting, outcomes, outputs);
            return true;
        }

        return false;
    }

    /// <summary>A run that an execution has started tells how it stands. An execution that is gone needs no telling.</summary>
    public async ValueTask ChildReportedAsync(long executionId, ChildReport report)
    {
        _now = _clock.GetUtcNow();
        if (_state.IsFaulting || _state.Find(executionId) is not { Status: ExecutionStatus.Waiting, Node.Control: ParentActivity parent } execution)
        {
            return;
        }

        _step.Begin(execution, CancellationToken.None);
        try
        {
            parent.ChildReported(_step, report);
        }
        catch (ActivityException e)
        {
            await FailAsync(execution, e);
            return;
        }

        if (_step.IsCompleted)
        {
            await CompleteAsync(execution);
        }
        else
        {
            Emit(new ChildReported { At = _now, Execution = executionId, Child = report.RunId, SubStatus = report.SubStatus, Changes = _step.TakeChanges() });
        }
    }

    /// <summary>A run that an execution wanted to start cannot be.</summary>
    public async ValueTask ChildFailedAsync(long executionId, string error)
    {
        _now = _clock.GetUtcNow();
        if (!_state.IsFaulting && _state.Find(executionId) is { Status: ExecutionStatus.Waiting } execution)
        {
            await FailAsync(execution, new ActivityException(error) { Retryable = false });
        }
    }

    /// <summary>Cancels the run; work in flight is cancelled after this is stored.</summary>
    public void Cancel(string? reason)
    {
        if (!_state.IsFinished)
        {
            Finish(RunSubStatus.Cancelled, reason);
        }
    }

    private static readonly Dictionary<string, object?> NoOutputs = [];

    private async ValueTask QueueWorkAsync(Execution execution, CancellationToken cancellationToken)
    {
        if (_state.IsFaulting)
        {
            Emit(new ExecutionCanceled { At = _now, Execution = execution.Id });
            return;
        }

        _step.Begin(execution, cancellationToken);
        try
        {
            await _step.EvaluateInputsAsync();
        }
        catch (InputEvaluationException e)
        {
            await FailAsync(execution, e);
            return;
        }

        Emit(new WorkQueued { At = _now, Execution = execution.Id, Inputs = _step.TakeInputs(), Changes = _step.TakeChanges() });
    }

    // The trigger that started the run completes with what it fired with; any other waits for its own firing.
    private async ValueTask TriggerAsync(Execution execution, CancellationToken cancellationToken)
    {
        _step.Begin(execution, cancellationToken);
        try
        {
            await _step.EvaluateInputsAsync();
        }
        catch (InputEvaluationException e)
        {
            await FaultAsync(execution, e);
            return;
        }

        if (_state.Start!.TriggerActivityId == execution.Node.Id)
        {
            await CompleteFromOutsideAsync(execution, null, _state.Start.TriggerOutputs ?? NoOutputs);
            return;
        }

        Emit(new ExecutionStarted
        {
            At = _now,
            Execution = execution.Id,
            Inputs = _step.TakeInputs(),
            Bookmark = Bookmark.ForTrigger(execution.Node.Type),
            Changes = _step.TakeChanges(),
        });
    }

    private async ValueTask CompleteFromOutsideAsync(
        Execution execution, IReadOnlyList<string>? outcomes, IReadOnlyDictionary<string, object?> outputs)
    {
        // After a fault, work in flight finishes and is recorded, and nothing follows it.
        var react = !_state.IsFaulting;
        if (execution.Status != ExecutionStatus.Pending)
        {
            _step.Begin(execution, CancellationToken.None);
        }

        if (await PutOutAsync(execution, outputs))
        {
            _step.Complete(outcomes);
            await CompleteAsync(execution, react);
        }
    }

    private async ValueTask EnterPortAsync(Execution execution, string port, Node embedded, IReadOnlyDictionary<string, object?> outputs)
    {
        _step.Begin(execution, CancellationToken.None);
        if (await PutOutAsync(execution, outputs))
        {
            _step.Schedule(embedded);
            Emit(new PortEntered { At = _now, Execution = execution.Id, Port = port, Outputs = _step.TakeOutputs(), Changes = _step.TakeChanges() });
        }
    }

    // False when a variable cannot hold what it is given: the execution has then failed.
    private async ValueTask<bool> PutOutAsync(Execution execution, IReadOnlyDictionary<string, object?> outputs)
    {
        try
        {
            foreach (var (name, value) in outputs)
            {
                _step.SetOutput(name, value);
            }

            return true;
        }
        catch (ActivityException e)
        {
            await FailAsync(execution, e);
            return false;
        }
    }

    private async ValueTask FailAsync(Execution execution, Exception error)
    {
        // Before it has begun, the step is its own already, and holds what the scripts of its other inputs have set.
        if (execution.Status != ExecutionStatus.Pending)
        {
            _step.Begin(execution, CancellationToken.None);
        }

        if (!_state.IsFaulting && HasFailedPort(execution))
        {
            _step.SetOutput(DescriptorBuilder.FailedError, error.Message);
            _step.Complete(["Failed"]);
            await CompleteAsync(execution);
            return;
        }

        await FaultAsync(execution, error);
    }

    private static bool HasFailedPort(Execution execution)
    {
        if (execution.Parent is not { Flow.Graph: { } graph })
        {
            return false;
        }

        foreach (var edge in graph.Outbound[execution.Node.Position])
        {
            if (graph.Edges[edge].Port == "Failed")
            {
                return true;
            }
        }

        return false;
    }

    private Execution? Current(long executionId, int attempt)
    {
        _now = _clock.GetUtcNow();
        return _state.Find(executionId) is { Status: ExecutionStatus.WorkRunning } execution && execution.Attempts == attempt ? execution : null;
    }
}
