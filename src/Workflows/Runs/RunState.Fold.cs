using Dag.Workflows.Flowcharts;
using Dag.Workflows.Graph;

namespace Dag.Workflows.Runs;

/// <summary>The fold: how each event is booked.</summary>
internal sealed partial class RunState
{
    /// <summary>Books one event.</summary>
    public void Apply(RunEvent e)
    {
        Sequence++;
        UpdatedAt = e.At;
        switch (e)
        {
            case ExecutionCompleted completed:
                Book(completed);
                break;
            case ExecutionStarted started:
                Book(started);
                break;
            case ExecutionFaulted faulted:
                Book(faulted);
                break;
            case ExecutionFailed failed:
                Book(failed);
                break;
            case ExecutionCanceled canceled:
                Close(Begin(canceled.Execution), isCanceled: true);
                break;
            case WorkQueued queued:
                Book(queued);
                break;
            case AttemptStarted attempt:
                Book(attempt);
                break;
            case PortEntered entered:
                Book(entered);
                break;
            case ChildReported reported:
                SetBusy(Get(reported.Execution), false);
                Book(Get(reported.Execution), reported.Changes, closes: false);
                break;
            case AttemptFailed attempt:
                SetStatus(Get(attempt.Execution), ExecutionStatus.RetryWaiting);
                Get(attempt.Execution).Bookmark = new Bookmark("Retry", attempt.RetryAt);
                break;
            case RetryDue due:
                Get(due.Execution).Bookmark = null;
                SetStatus(Get(due.Execution), ExecutionStatus.WorkQueued);
                break;
            case AttemptLost lost:
                Get(lost.Execution).LostAttempts++;
                SetStatus(Get(lost.Execution), ExecutionStatus.WorkQueued);
                break;
            case AttemptReturned returned:
                Get(returned.Execution).Attempts--;
                SetStatus(Get(returned.Execution), ExecutionStatus.WorkQueued);
                break;
            case RunStarted started:
                Book(started);
                break;
            case RunFinished finished:
                Book(finished);
                break;
            default:
                throw new InvalidDataException($"An event of the type {e.GetType().Name} cannot be folded by this version of the service.");
        }
    }

    private void Book(RunStarted started)
    {
        Start = started;
        Name = null;
        CorrelationId = started.CorrelationId;
        Enqueue(new Execution(NextExecutionId++, Graph.Workflow, null));
    }

    private void Book(ExecutionCompleted completed)
    {
        var execution = Begin(completed.Execution);
        KeepOutputs(execution.Node, completed.Outputs);
        if (completed.Lingers)
        {
            execution.Lingers = true;
            _lingering.Add(execution.Id, execution);
        }

        Book(execution, completed.Changes, closes: true);
    }

    private void Book(ExecutionStarted started)
    {
        var execution = Begin(started.Execution);
        execution.StartedAt = started.At;
        execution.Bookmark = started.Bookmark;
        execution.Inputs = started.Bookmark is { IsListening: true } ? started.Inputs.ToDictionary() : null;
        SetStatus(execution, started.Bookmark is null ? ExecutionStatus.Running : ExecutionStatus.Waiting);
        execution.Flow = execution.Node.Compiled is FlowchartShape ? FlowProgress.Begin(FlowGraphOf(execution.Node), Start!.Mode) : null;
        Book(execution, started.Changes, closes: false);
    }

    private void Book(ExecutionFaulted faulted)
    {
        var execution = Begin(faulted.Execution);
        Book(execution, faulted.Changes, closes: false);
        _incidents.Add(faulted.Incident);
        if (faulted.Propagates)
        {
            CloseFailed(execution);
            return;
        }

        execution.Bookmark = null;
        SetStatus(execution, ExecutionStatus.Faulted);
        IsFaulting |= faulted.FaultsRun;
    }

    private void Book(ExecutionFailed failed)
    {
        var execution = Get(failed.Execution);
        Book(execution, failed.Changes, closes: false);
        CloseFailed(execution);
    }

    private void CloseFailed(Execution execution)
    {
        if (execution.Parent is { } parent)
        {
            parent.FailedChildren++;
            parent.Flow?.BookFailure(execution.Node.Position);
        }
        else
        {
            HasFailed = true;
        }

        Close(execution, isCanceled: false);
    }

    private void Book(WorkQueued queued)
    {
        var execution = Begin(queued.Execution);
        execution.Inputs = queued.Inputs.ToDictionary();
        Book(execution, queued.Changes, closes: false);
        SetStatus(execution, ExecutionStatus.WorkQueued);
    }

    private void Book(AttemptStarted attempt)
    {
        var execution = Get(attempt.Execution);
        execution.Attempts = attempt.Attempt;
        execution.StartedAt ??= attempt.At;
        SetStatus(execution, ExecutionStatus.WorkRunning);
    }

    private void Book(PortEntered entered)
    {
        var execution = Get(entered.Execution);
        KeepOutputs(execution.Node, entered.Outputs);
        execution.Inputs = null;
        SetStatus(execution, ExecutionStatus.Running);
        Book(execution, entered.Changes, closes: false);
    }

    private void Book(RunFinished finished)
    {
        _end = finished.SubStatus;
        FinishedAt = finished.At;
        foreach (var execution in _open)
        {
            execution.Status = ExecutionStatus.Closed;
        }

        _open.Clear();
        _lingering.Clear();
        _ready.Clear();
        _queuedWork.Clear();
        OpenWork = WorkInFlight = BusyExecutions = 0;
    }

    private void Book(Execution execution, Changes? changes, bool closes)
    {
        if (changes is not null)
        {
            Book(execution, changes);
        }

        if (closes)
        {
            Close(execution, isCanceled: false);
        }
    }

    private void Book(Execution writer, Changes changes)
    {
        foreach (var write in changes.Writes)
        {
            Write(writer, write);
        }

        if (changes.IndexOwner != 0 && Find(changes.IndexOwner) is { } counting)
        {
            counting.Index = changes.Index;
            counting.Items = changes.Items ?? counting.Items;
        }

        foreach (var id in changes.Breaking)
        {
            Get(id).IsBreaking = true;
        }

        if (changes.Composite != 0)
        {
            Get(changes.Composite).CompositeOutcomes = changes.CompositeOutcomes;
        }

        if (changes.FlowOwner != 0)
        {
            GetActing(changes.FlowOwner).Flow!.Book(changes);
        }

        if (changes.Scheduled.Length > 1)
        {
            _ready.EnsureCapacity(_ready.Count + changes.Scheduled.Length);
        }

        foreach (var scheduled in changes.Scheduled)
        {
            Schedule(scheduled);
        }

        foreach (var failed in changes.UpstreamFailed)
        {
            NextExecutionId = Math.Max(NextExecutionId, failed.Id + 1);
            GetActing(failed.Parent).Flow!.BookFailure(failed.Node.Position);
        }

        foreach (var id in changes.Canceled)
        {
            if (Find(id) is { } canceled)
            {
                Close(canceled, isCanceled: true);
            }
        }

        Name = changes.Name ?? Name;
        CorrelationId = changes.CorrelationId ?? CorrelationId;
        foreach (var (key, value) in changes.RunOutputs)
        {
            _outputs[key] = value;
        }

        foreach (var outgoing in changes.Outgoing)
        {
            if (outgoing is ChildStart { Reports: not ChildReports.None } child)
            {
                writer.ChildRuns++;
                SetBusy(writer, child.Reports == ChildReports.FirstWaitAndEnd);
            }
        }

        if (changes.EndsRun)
        {
            IsEnding = true;
            _ready.Clear();
        }
    }

    private void Schedule(ScheduledExecution scheduled)
    {
        NextExecutionId = Math.Max(NextExecutionId, scheduled.Id + 1);
        var execution = new Execution(scheduled.Id, scheduled.Node, GetActing(scheduled.Parent)) { ByBackwardEdge = scheduled.ByBackwardEdge };
        foreach (var (name, value) in scheduled.Variables ?? [])
        {
            execution.Declare(new VariableSlot(name, name, value));
        }

        Enqueue(execution);
    }

    private void Write(Execution writer, VariableWrite write)
    {
        // What still runs below a container that is over goes on using its variables.
        var scope = writer;
        while (scope is not null && scope.Id != write.Scope)
        {
            scope = scope.Parent;
        }

        if (scope is null)
        {
            throw new InvalidDataException($"Run {RunId}: execution {writer.Id} is not in the scope {write.Scope} that it writes to. Its history is damaged.");
        }

        if (scope.OwnVariable(write.Id) is { } slot)
        {
            slot.Value = write.Value;
        }
        else
        {
            scope.Declare(new VariableSlot(write.Id, write.Name, write.Value));
        }
    }

    private void Enqueue(Execution execution)
    {
        _open.Add(execution);
        _ready.Enqueue(execution);
        if (execution.Parent is { } parent)
        {
            parent.AddChild(execution);
            parent.Flow?.CountQueued(execution.Node.Position, 1);
            if (parent.IsOrphaned || !parent.IsOpen)
            {
                Orphan(execution, parent.IsAbandoned);
            }
        }
    }

    // The first event of an execution takes it off the queue; decisions are made in the queue's order, so it is at its head.
    private Execution Begin(long id)
    {
        var execution = Get(id);
        if (execution.Status == ExecutionStatus.Pending)
        {
            if (!_ready.TryDequeue(out var head) || head != execution)
            {
                throw new InvalidDataException($"Run {RunId}: execution {id} is not at the head of the queue. Its history is damaged.");
            }

            if (execution.IsOrphaned && !execution.IsAbandoned)
            {
                CountOrphan(execution, -1);
            }

            execution.Parent?.Flow?.CountQueued(execution.Node.Position, -1);
            execution.Status = ExecutionStatus.Running;
        }

        return execution;
    }

    private void Close(Execution execution, bool isCanceled)
    {
        SetStatus(execution, ExecutionStatus.Closed);
        execution.Bookmark = null;
        _open.Remove(execution.Id);
        for (var child = execution.FirstChild; child is not null; child = child.NextSibling)
        {
            // Queued children of a container that is over still run, as in Elsa; nothing follows them.
            Orphan(child, isCanceled || execution.IsAbandoned);
        }

        if (execution.Parent is { Lingers: true, OpenChildren: 0 } over)
        {
            over.Lingers = false;
            _lingering.Remove(over.Id);
        }
    }

    // What is queued below a container that completed is waited for by those further up; what is below a cancelled one by nobody.
    private static void Orphan(Execution execution, bool isAbandoned)
    {
        var wasCounted = execution.IsOrphaned && !execution.IsAbandoned;
        execution.IsOrphaned = true;
        execution.IsAbandoned |= isAbandoned;
        if (execution.Status == ExecutionStatus.Pending && wasCounted == execution.IsAbandoned)
        {
            CountOrphan(execution, wasCounted ? -1 : 1);
        }
    }

    private static void CountOrphan(Execution execution, int by)
    {
        for (var ancestor = execution.Parent; ancestor is not null; ancestor = ancestor.Parent)
        {
            ancestor.QueuedOrphans += by;
        }
    }

    private void SetBusy(Execution execution, bool isBusy)
    {
        BusyExecutions += (isBusy ? 1 : 0) - (execution.IsBusy ? 1 : 0);
        execution.IsBusy = isBusy;
    }

    private void SetStatus(Execution execution, ExecutionStatus status)
    {
        if (status is ExecutionStatus.Closed or ExecutionStatus.Faulted)
        {
            SetBusy(execution, false);
        }

        OpenWork += (IsOpenWork(status) ? 1 : 0) - (IsOpenWork(execution.Status) ? 1 : 0);
        if (status == ExecutionStatus.WorkQueued)
        {
            execution.QueueNode = _queuedWork.AddLast(execution);
        }
        else if (execution.QueueNode is { } queued)
        {
            _queuedWork.Remove(queued);
            execution.QueueNode = null;
        }

        WorkInFlight += (status == ExecutionStatus.WorkRunning ? 1 : 0) - (execution.Status == ExecutionStatus.WorkRunning ? 1 : 0);
        if (status == ExecutionStatus.Closed)
        {
            execution.Parent?.RemoveChild(execution);
        }
        else if (status == ExecutionStatus.Faulted && execution.Parent is { } parent)
        {
            parent.FaultedChildren++;
        }

        execution.Status = status;
    }

    private static bool IsOpenWork(ExecutionStatus status) =>
        status is ExecutionStatus.WorkQueued or ExecutionStatus.WorkRunning or ExecutionStatus.RetryWaiting;

    private Execution Get(long id) =>
        _open.Find(id) ?? throw new InvalidDataException($"Run {RunId}: execution {id} is not open. Its history is damaged.");

    // Open, or over and going on.
    private Execution GetActing(long id) => _lingering.GetValueOrDefault(id) ?? Get(id);

    // A flowchart starts at the trigger that fired if it holds it.
    private FlowGraph FlowGraphOf(Node flowchart) => ((FlowchartShape)flowchart.Compiled!).GraphFor(Start!.TriggerActivityId);
}
