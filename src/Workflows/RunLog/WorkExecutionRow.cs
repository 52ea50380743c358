namespace Dag.Workflows.RunLog;

/// <summary>One execution of a work activity, as lists show it.</summary>
public sealed record WorkExecutionRow
{
    /// <summary>The run's id.</summary>
    public required string RunId { get; init; }

    /// <summary>The execution's id in the run.</summary>
    public required long ExecutionId { get; init; }

    /// <summary>The activity's id in the definition.</summary>
    public required string ActivityId { get; init; }

    /// <summary>The activity's path in the definition.</summary>
    public required string NodeId { get; init; }

    /// <summary>The activity's type.</summary>
    public required string Type { get; init; }

    /// <summary>Pending, Running, Completed, Canceled, Faulted, or UpstreamFailed: it was never started because something before it has failed.</summary>
    public required string Status { get; init; }

    /// <summary>How many attempts have been started.</summary>
    public required int Attempts { get; init; }

    /// <summary>When the first attempt started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The error of the last failed attempt.</summary>
    public string? Error { get; init; }
}
