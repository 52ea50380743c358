using Dag.Workflows.RunLog;

namespace Dag.Workflows.Running;

/// <summary>Something that happened in a run, told after it was stored.</summary>
public abstract record RunNotice
{
    /// <summary>The run.</summary>
    public required RunSummary Run { get; init; }
}

/// <summary>The run began, moved on, or ended; its summary says how it stands.</summary>
public sealed record RunChanged : RunNotice
{
    /// <summary>Whether a burst is over: nothing is being decided.</summary>
    public required bool Settled { get; init; }

    /// <summary>Whether work, a timer or a trigger is open that wakes it without being told to.</summary>
    public required bool CanWake { get; init; }
}

/// <summary>A line that WriteLine wrote.</summary>
public sealed record LineWritten(string Line) : RunNotice;

/// <summary>A work execution changed.</summary>
public sealed record WorkChanged(WorkExecutionRow Work) : RunNotice
{
    /// <summary>Its outputs, when it has completed.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Outputs { get; init; } = [];
}

/// <summary>An attempt says how far it is. Not stored.</summary>
public sealed record WorkProgressed(string ActivityId, long ExecutionId, Activities.WorkProgress Progress) : RunNotice;
