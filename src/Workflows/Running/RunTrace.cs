using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Running;

/// <summary>
/// A run as viewers see it: its executions, its journal and its variables, folded from its events. It is brought up to date with the
/// events that have come since, so that watching a long run costs what happens, not what has happened.
/// </summary>
internal sealed class RunTrace
{
    private readonly Dictionary<long, TracedExecution> _byId = [];
    private readonly List<TracedExecution> _executions = [];
    private readonly HashSet<long> _open = [1];
    private readonly List<JournalEntry> _journal = [];
    private readonly Dictionary<string, NodeStatistics> _statistics = [];
    private readonly Dictionary<string, object?> _variables = [];

    public RunTrace(string runId, WorkflowGraph graph)
    {
        State = new RunState(runId, graph);
        foreach (var variable in graph.Workflow.Variables)
        {
            _variables[variable.Id] = variable.Initial;
        }
    }

    public RunState State { get; }

    /// <summary>Every execution, in the order in which they were scheduled; the first is the workflow itself.</summary>
    public IReadOnlyCollection<TracedExecution> Executions => _executions;

    public IReadOnlyList<JournalEntry> Journal => _journal;

    public IReadOnlyCollection<NodeStatistics> Statistics => _statistics.Values;

    /// <summary>The workflow's variables with their values, by id; they outlive the run here.</summary>
    public IReadOnlyDictionary<string, object?> Variables => _variables;

    public TracedExecution? Find(long execution) => _byId.GetValueOrDefault(execution);

    /// <summary>Follows the events that come after those that it has seen.</summary>
    public void Append(IEnumerable<RunEvent> events)
    {
        foreach (var e in events)
        {
            State.Apply(e);
            Follow(e);
        }
    }

    private void Follow(RunEvent e)
    {
        switch (e)
        {
            case RunStarted started:
                Add(new TracedExecution(1, State.Graph.Workflow, 0, started.At));
                break;
            case RunFinished finished:
                foreach (var open in _open.ToArray())
                {
                    Cancel(open, finished.At, finished.Reason);
                }

                break;
            case ExecutionEvent about when Find(about.Execution) is { } execution:
                Follow(execution, about);
                break;
        }

        if (RunReport.ChangesOf(e) is { } changes)
        {
            Follow(changes, e.At);
        }
    }

    private void Add(TracedExecution execution)
    {
        _byId.Add(execution.Id, execution);
        _executions.Add(execution);
    }

    private void Follow(Changes changes, DateTimeOffset at)
    {
        foreach (var scheduled in changes.Scheduled)
        {
            Add(new TracedExecution(scheduled.Id, scheduled.Node, scheduled.Parent, at));
            _open.Add(scheduled.Id);
        }

        foreach (var write in changes.Writes.Where(w => w.Scope == 1))
        {
            _variables[write.Id] = write.Value;
        }

        foreach (var canceled in changes.Canceled)
        {
            Cancel(canceled, at, null);
        }
    }

    private void Follow(TracedExecution execution, ExecutionEvent e)
    {
        switch (e)
        {
            case ExecutionStarted started:
                Start(execution, started.At, started.Inputs);
                Wait(execution, started.Bookmark is not null);
                break;
            case WorkQueued queued:
                execution.Inputs = queued.Inputs;
                break;
            case AttemptStarted attempt:
                execution.Attempts = attempt.Attempt;
                Start(execution, attempt.At, execution.Inputs);
                break;
            case AttemptFailed failed:
                execution.Add(new FailedAttempt(failed.Attempt, failed.Error, failed.At, failed.RetryAt - failed.At));
                Note(execution, "AttemptFailed", failed.At, $"Attempt {failed.Attempt} failed: {failed.Error}");
                break;
            case AttemptLost lost:
                Note(execution, "AttemptLost", lost.At, $"The process ended during attempt {lost.Attempt}.");
                break;
            case AttemptReturned returned:
                execution.Attempts = returned.Attempt - 1;
                break;
            case ExecutionCompleted completed:
                Start(execution, completed.At, completed.Inputs);
                execution.Outcomes = completed.Outcomes;
                execution.Outputs = completed.Outputs;
                End(execution, TracedStatus.Completed, completed.At, completed.Changes?.Line);
                break;
            case ExecutionFaulted faulted:
                Start(execution, faulted.At, execution.Inputs);
                execution.Incident = faulted.Incident;
                End(execution, TracedStatus.Faulted, faulted.At, faulted.Incident.Message);
                break;
            case ExecutionCanceled canceled:
                Cancel(execution.Id, canceled.At, null);
                break;
        }
    }

    private void Start(TracedExecution execution, DateTimeOffset at, IReadOnlyList<KeyValuePair<string, object?>> inputs)
    {
        if (inputs.Count > 0)
        {
            execution.Inputs = inputs;
        }

        execution.Status = TracedStatus.Running;
        if (execution.StartedAt is not null)
        {
            return;
        }

        execution.StartedAt = at;
        Count(execution).Started++;
        Note(execution, "Started", at, null);
    }

    private void Cancel(long id, DateTimeOffset at, string? reason)
    {
        if (!_open.Contains(id) || Find(id) is not { } execution)
        {
            return;
        }

        if (execution.StartedAt is null)
        {
            execution.Status = TracedStatus.Canceled;
            execution.FinishedAt = at;
            _open.Remove(id);
        }
        else
        {
            End(execution, TracedStatus.Canceled, at, reason);
        }
    }

    private void End(TracedExecution execution, TracedStatus status, DateTimeOffset at, string? message)
    {
        Wait(execution, false);
        _open.Remove(execution.Id);
        execution.Status = status;
        execution.FinishedAt = at;
        var statistics = Count(execution);
        switch (status)
        {
            case TracedStatus.Completed:
                statistics.Completed++;
                break;
            case TracedStatus.Faulted:
                statistics.Faulted++;
                break;
            default:
                statistics.Canceled++;
                break;
        }

        Note(execution, status.ToString(), at, message);
    }

    private void Wait(TracedExecution execution, bool waits)
    {
        if (execution.Waits != waits)
        {
            execution.Waits = waits;
            Count(execution).Waiting += waits ? 1 : -1;
        }
    }

    private NodeStatistics Count(TracedExecution execution)
    {
        if (!_statistics.TryGetValue(execution.Node.NodeId, out var statistics))
        {
            _statistics[execution.Node.NodeId] = statistics = new NodeStatistics(execution.Node);
        }

        statistics.ChangedAt = State.Sequence;
        return statistics;
    }

    private void Note(TracedExecution execution, string name, DateTimeOffset at, string? message) =>
        _journal.Add(new JournalEntry(_journal.Count + 1, execution, name, at, message));
}
