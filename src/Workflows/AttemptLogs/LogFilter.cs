namespace Dag.Workflows.AttemptLogs;

/// <summary>Which lines to read; what is null is not looked at.</summary>
public sealed record LogFilter
{
    /// <summary>Only lines of the activity with this id.</summary>
    public string? Activity { get; init; }

    /// <summary>Only lines of this activity execution.</summary>
    public long? Execution { get; init; }

    /// <summary>Only lines of this attempt, from 1.</summary>
    public int? Attempt { get; init; }

    internal bool Matches(LogLine line) =>
        (Activity is null || Activity == line.Activity)
        && (Execution is null || Execution == line.Execution)
        && (Attempt is null || Attempt == line.Attempt);
}
