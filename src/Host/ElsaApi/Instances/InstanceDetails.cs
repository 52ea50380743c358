using Dag.Workflows.Running;
using Dag.Workflows.Runs;

namespace Dag.Host.ElsaApi.Instances;

/// <summary>A run in full, in Elsa's shape.</summary>
internal sealed record InstanceDetails : InstanceItem
{
    public required InstanceState WorkflowState { get; init; }

    public static InstanceDetails Of(RunTrace trace)
    {
        var run = RunSummaries.Of(trace.State);
        return new InstanceDetails
        {
            Id = run.Id,
            DefinitionId = run.DefinitionId,
            DefinitionVersionId = run.DefinitionVersionId,
            Version = run.Version,
            Status = run.Status,
            SubStatus = run.SubStatus,
            CorrelationId = run.CorrelationId,
            Name = run.Name,
            IncidentCount = run.IncidentCount,
            CreatedAt = run.CreatedAt,
            UpdatedAt = run.UpdatedAt,
            FinishedAt = run.FinishedAt,
            WorkflowState = InstanceState.Of(trace, run),
        };
    }
}

/// <summary>What Elsa calls the state of a workflow.</summary>
internal sealed record InstanceState
{
    public required string Id { get; init; }

    public required string DefinitionId { get; init; }

    public required int DefinitionVersion { get; init; }

    public string? CorrelationId { get; init; }

    public required string Status { get; init; }

    public required string SubStatus { get; init; }

    public required IReadOnlyList<BookmarkItem> Bookmarks { get; init; }

    public required IReadOnlyList<IncidentItem> Incidents { get; init; }

    public IReadOnlyList<object> CompletionCallbacks { get; init; } = [];

    public IReadOnlyList<object> ActivityExecutionContexts { get; init; } = [];

    public required IReadOnlyDictionary<string, object?> Input { get; init; }

    public required IReadOnlyDictionary<string, object?> Output { get; init; }

    public IReadOnlyDictionary<string, object?> Properties { get; init; } = new Dictionary<string, object?>();

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public static InstanceState Of(RunTrace trace, Dag.Workflows.RunLog.RunSummary run)
    {
        var state = trace.State;
        return new InstanceState
        {
            Id = run.Id,
            DefinitionId = run.DefinitionId,
            DefinitionVersion = run.Version,
            CorrelationId = run.CorrelationId,
            Status = run.Status,
            SubStatus = run.SubStatus,
            Bookmarks = [.. state.Open.Where(e => e.Bookmark is not null).Select(e => BookmarkItem.Of(run.Id, e))],
            Incidents = [.. trace.Executions.Where(e => e.Incident is not null).OrderBy(e => e.Incident!.At).Select(e => IncidentItem.Of(run.Id, e))],
            Input = RunValues.Plain(state.Start!.Input),
            Output = RunValues.Plain(state.Outputs),
            CreatedAt = run.CreatedAt,
            UpdatedAt = run.UpdatedAt,
            FinishedAt = run.FinishedAt,
        };
    }
}

/// <summary>What an execution waits for.</summary>
internal sealed record BookmarkItem(string Id, string Name, string Hash, object? Payload, string ActivityNodeId, string ActivityInstanceId)
{
    public bool AutoBurn => true;

    public static BookmarkItem Of(string runId, Execution execution)
    {
        var id = ExecutionIds.Of(runId, execution.Id);
        var bookmark = execution.Bookmark!;
        return new BookmarkItem(id, bookmark.Stimulus, id, bookmark.DueAt is { } due ? new { ResumeAt = due } : null, execution.Node.NodeId, id);
    }
}

/// <summary>A fault that ended an execution.</summary>
internal sealed record IncidentItem(
    string ActivityId, string ActivityNodeId, string ActivityInstanceId, string ActivityType, string Message, ExceptionItem Exception, DateTimeOffset Timestamp)
{
    public static IncidentItem Of(string runId, TracedExecution execution)
    {
        var incident = execution.Incident!;
        return new IncidentItem(
            incident.ActivityId, incident.NodeId, ExecutionIds.Of(runId, execution.Id), incident.Type, incident.Message, ExceptionItem.Of(incident), incident.At);
    }
}

/// <summary>What went wrong.</summary>
internal sealed record ExceptionItem(string Type, string Message, string? StackTrace, ExceptionItem? InnerException)
{
    public static ExceptionItem Of(Incident incident) =>
        new("Fault", incident.Message, null, incident.Detail is { } detail ? new ExceptionItem("Cause", detail, null, null) : null);
}
