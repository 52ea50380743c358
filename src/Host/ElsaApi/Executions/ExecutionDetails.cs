using Dag.Host.ElsaApi.Instances;
using Dag.Workflows.Running;

namespace Dag.Host.ElsaApi.Executions;

/// <summary>An activity execution in full, in Elsa's shape.</summary>
internal sealed record ExecutionDetails : ExecutionItem
{
    public required IReadOnlyDictionary<string, object?> ActivityState { get; init; }

    public required IReadOnlyDictionary<string, object?> Payload { get; init; }

    public required IReadOnlyDictionary<string, object?> Outputs { get; init; }

    public ExceptionItem? Exception { get; init; }

    public IReadOnlyDictionary<string, object?> Properties { get; init; } = new Dictionary<string, object?>();

    public string? SchedulingActivityExecutionId { get; init; }

    public required int CallStackDepth { get; init; }

    public static ExecutionDetails Of(string runId, RunTrace trace, TracedExecution execution) => new()
    {
        Id = ExecutionIds.Of(runId, execution.Id),
        WorkflowInstanceId = runId,
        ActivityId = execution.Node.Id,
        ActivityNodeId = execution.Node.NodeId,
        ActivityType = execution.Node.Type,
        ActivityTypeVersion = execution.Node.Descriptor.Version,
        ActivityName = execution.Node.Definition.Name,
        StartedAt = execution.StartedAt ?? execution.ScheduledAt,
        CompletedAt = execution.FinishedAt,
        Status = execution.Status.ToString(),
        HasBookmarks = execution.Waits,
        AggregateFaultCount = execution.Incident is null ? 0 : 1,
        Metadata = MetadataOf(execution),
        ActivityState = RunValues.InputsOf(execution),
        Payload = execution.Status == TracedStatus.Completed ? new() { ["Outcomes"] = execution.Outcomes ?? ["Done"] } : new Dictionary<string, object?>(),
        Outputs = RunValues.Plain(execution.Outputs),
        Exception = ExceptionOf(execution),
        SchedulingActivityExecutionId = execution.Parent == 0 ? null : ExecutionIds.Of(runId, execution.Parent),
        CallStackDepth = CallersOf(trace, execution).Count(),
    };

    /// <summary>The containers that an execution is in, from the inside out.</summary>
    public static IEnumerable<TracedExecution> CallersOf(RunTrace trace, TracedExecution execution)
    {
        for (var caller = trace.Find(execution.Parent); caller is not null; caller = trace.Find(caller.Parent))
        {
            yield return caller;
        }
    }

    // While attempts are left there is no incident, but people want to see why the last one failed.
    private static ExceptionItem? ExceptionOf(TracedExecution execution) => execution switch
    {
        { Incident: { } incident } => ExceptionItem.Of(incident),
        { FailedAttempts: [.., var last], Status: TracedStatus.Pending or TracedStatus.Running } =>
            new ExceptionItem("Fault", $"Attempt {last.Attempt} failed and is tried again: {last.Error}", null, null),
        _ => null,
    };
}
