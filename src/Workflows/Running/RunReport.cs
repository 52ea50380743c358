using Dag.Workflows.Graph;
using Dag.Workflows.Runs;
using Dag.Workflows.Values;

namespace Dag.Workflows.Running;

/// <summary>A run in full, folded from its history.</summary>
public sealed record RunReport
{
    /// <summary>The run's id.</summary>
    public required string Id { get; init; }

    /// <summary>The workflow's id.</summary>
    public required string DefinitionId { get; init; }

    /// <summary>The version that ran.</summary>
    public required int Version { get; init; }

    /// <summary>Running or Finished.</summary>
    public required string Status { get; init; }

    /// <summary>Pending, Executing, Suspended, Finished, Cancelled or Faulted.</summary>
    public required string SubStatus { get; init; }

    /// <summary>The run's name, if it has one.</summary>
    public string? Name { get; init; }

    /// <summary>The correlation id, if it has one.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The run's outputs.</summary>
    public required IReadOnlyDictionary<string, object?> Output { get; init; }

    /// <summary>Its incidents, in order.</summary>
    public required IReadOnlyList<ReportedIncident> Incidents { get; init; }

    /// <summary>What WriteLine wrote, in order.</summary>
    public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>Every execution, in the order in which they were scheduled.</summary>
    public required IReadOnlyList<ReportedExecution> Executions { get; init; }

    internal static Changes? ChangesOf(RunEvent e) => e switch
    {
        ExecutionCompleted completed => completed.Changes,
        ExecutionStarted started => started.Changes,
        ExecutionFaulted faulted => faulted.Changes,
        ExecutionFailed failed => failed.Changes,
        PortEntered entered => entered.Changes,
        _ => null,
    };

    internal static RunReport Of(string runId, WorkflowGraph graph, IReadOnlyList<RunEvent> events)
    {
        var state = new RunState(runId, graph);
        var executions = new SortedDictionary<long, ReportedExecution> { [1] = New(1, graph.Workflow) };
        var lines = new List<string>();
        foreach (var e in events)
        {
            state.Apply(e);
            if (ChangesOf(e) is { } changes)
            {
                foreach (var scheduled in changes.Scheduled)
                {
                    executions[scheduled.Id] = New(scheduled.Id, scheduled.Node);
                }

                foreach (var failed in changes.UpstreamFailed)
                {
                    executions[failed.Id] = New(failed.Id, failed.Node) with { Status = "UpstreamFailed", FinishedAt = e.At };
                }

                foreach (var canceled in changes.Canceled)
                {
                    executions[canceled] = executions[canceled] with { Status = "Canceled", FinishedAt = e.At };
                }

                if (changes.Line is { } line)
                {
                    lines.Add(line);
                }
            }

            Follow(executions, e);
        }

        return new RunReport
        {
            Id = runId,
            DefinitionId = state.Start!.DefinitionId,
            Version = state.Start.Version,
            Status = state.IsFinished ? "Finished" : "Running",
            SubStatus = state.SubStatus.ToString(),
            Name = state.Name,
            CorrelationId = state.CorrelationId,
            Output = state.Outputs.ToDictionary(o => o.Key, o => Plain(state.Resolve(o.Value))),
            Incidents = [.. state.Incidents.Select(i => new ReportedIncident(i.ActivityId, i.NodeId, i.Message, i.Detail, i.At))],
            Lines = lines,
            Executions = [.. executions.Values],
        };
    }

    private static void Follow(SortedDictionary<long, ReportedExecution> executions, RunEvent e)
    {
        if (e is RunFinished finished)
        {
            foreach (var (id, open) in executions.Where(x => x.Value.FinishedAt is null && x.Value.Status != "Faulted").ToArray())
            {
                executions[id] = open with { Status = "Canceled", FinishedAt = finished.At };
            }

            return;
        }

        if (e is not ExecutionEvent about || !executions.TryGetValue(about.Execution, out var execution))
        {
            return;
        }

        executions[about.Execution] = e switch
        {
            ExecutionStarted => execution with { Status = "Running", StartedAt = e.At },
            WorkQueued => execution,
            AttemptStarted attempt => execution with { Status = "Running", StartedAt = execution.StartedAt ?? e.At, Attempts = attempt.Attempt },
            AttemptFailed or AttemptLost => execution with { Status = "Pending" },
            AttemptReturned returned => execution with { Status = "Pending", Attempts = returned.Attempt - 1 },
            PortEntered entered => execution with { Outputs = entered.Outputs.ToDictionary(o => o.Key, o => Plain(o.Value)) },
            ExecutionCompleted completed => execution with
            {
                Status = "Completed",
                StartedAt = execution.StartedAt ?? e.At,
                FinishedAt = e.At,
                Outcomes = completed.Outcomes,
                Outputs = completed.Outputs.Count == 0 ? execution.Outputs : completed.Outputs.ToDictionary(o => o.Key, o => Plain(o.Value)),
            },
            ExecutionFaulted or ExecutionFailed => execution with { Status = "Faulted", StartedAt = execution.StartedAt ?? e.At, FinishedAt = e.At },
            ExecutionCanceled => execution with { Status = "Canceled", FinishedAt = e.At },
            _ => execution,
        };
    }

    private static ReportedExecution New(long id, Node node) =>
        new() { Id = id, ActivityId = node.Id, NodeId = node.NodeId, Type = node.Type, Status = "Pending" };

    private static object? Plain(object? value) =>
        value is BlobReference blob ? blob.Value is null ? $"blob {blob.Hash}" : ValueCodec.ToPlain(blob.Value) : ValueCodec.ToPlain(value);
}

/// <summary>An incident in a report.</summary>
/// <param name="ActivityId">The activity's id.</param>
/// <param name="NodeId">Its path.</param>
/// <param name="Message">What happened.</param>
/// <param name="Detail">The cause, if there is one.</param>
/// <param name="At">When.</param>
public sealed record ReportedIncident(string ActivityId, string NodeId, string Message, string? Detail, DateTimeOffset At);

/// <summary>An execution in a report.</summary>
public sealed record ReportedExecution
{
    /// <summary>Its id in the run.</summary>
    public required long Id { get; init; }

    /// <summary>The activity's id.</summary>
    public required string ActivityId { get; init; }

    /// <summary>The activity's path.</summary>
    public required string NodeId { get; init; }

    /// <summary>The activity's type.</summary>
    public required string Type { get; init; }

    /// <summary>
    /// Pending, Running, Completed, Canceled, Faulted, or UpstreamFailed: it did not run because something before it has failed.
    /// </summary>
    public required string Status { get; init; }

    /// <summary>Attempts started; 0 for control activities.</summary>
    public int Attempts { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Its outcomes; null for a plain completion.</summary>
    public IReadOnlyList<string>? Outcomes { get; init; }

    /// <summary>Its outputs.</summary>
    public IReadOnlyDictionary<string, object?> Outputs { get; init; } = new Dictionary<string, object?>();
}
