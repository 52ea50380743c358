using Dag.Host.ElsaApi.Instances;
using Dag.Workflows.Running;

namespace Dag.Host.ElsaApi.Executions;

/// <summary>An activity execution in a list, in Elsa's shape.</summary>
internal record ExecutionItem
{
    public required string Id { get; init; }

    public required string WorkflowInstanceId { get; init; }

    public required string ActivityId { get; init; }

    public required string ActivityNodeId { get; init; }

    public required string ActivityType { get; init; }

    public required int ActivityTypeVersion { get; init; }

    public string? ActivityName { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Pending, Running, Completed, Canceled or Faulted.</summary>
    public required string Status { get; init; }

    public required bool HasBookmarks { get; init; }

    public required int AggregateFaultCount { get; init; }

    public required IReadOnlyDictionary<string, object?> Metadata { get; init; }

    public static ExecutionItem Of(string runId, TracedExecution execution) => new()
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
    };

    // Studio shows the attempts that failed, which it asks for on their own, where it is told that there are any.
    protected static Dictionary<string, object?> MetadataOf(TracedExecution execution) => execution switch
    {
        { Attempts: 0 } => [],
        { FailedAttempts.Count: 0 } => new() { ["Attempts"] = execution.Attempts },
        _ => new() { ["Attempts"] = execution.Attempts, ["HasRetryAttempts"] = true },
    };
}
