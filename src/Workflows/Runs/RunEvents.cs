using Dag.Workflows.Composition;
using Dag.Workflows.Flowcharts;

namespace Dag.Workflows.Runs;

/// <summary>
/// One decision about a run. Folding a run's events in order gives its state; nothing else does. Members are only ever added, each with
/// a default that means what its absence meant.
/// </summary>
internal abstract record RunEvent
{
    /// <summary>When it was decided.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>The run began: the frozen definition, and what it was started with.</summary>
internal sealed record RunStarted : RunEvent
{
    public required string DefinitionId { get; init; }

    public required string DefinitionVersionId { get; init; }

    public required int Version { get; init; }

    public required string WorkflowName { get; init; }

    /// <summary>The hash under which the definition as it was then is stored.</summary>
    public required string DefinitionHash { get; init; }

    /// <summary>The workflows that it uses as activities, as they were then.</summary>
    public IReadOnlyList<FrozenUse> Uses { get; init; } = [];

    public IReadOnlyDictionary<string, object?> Input { get; init; } = new Dictionary<string, object?>();

    public string? CorrelationId { get; init; }

    /// <summary>The run that started this one; null when none did.</summary>
    public ParentLink? Parent { get; init; }

    /// <summary>The id of the trigger activity that fired; null when started by hand.</summary>
    public string? TriggerActivityId { get; init; }

    /// <summary>The trace that the run belongs to, as W3C's traceparent; null when it belongs to none.</summary>
    public string? TraceParent { get; init; }

    /// <summary>How its flowcharts decide where branches meet.</summary>
    public FlowchartMode Mode { get; init; }

    /// <summary>The outputs of that trigger.</summary>
    public IReadOnlyDictionary<string, object?>? TriggerOutputs { get; init; }

    /// <summary>The outcomes of that trigger; null for the plain completion.</summary>
    public IReadOnlyList<string>? TriggerOutcomes { get; init; }
}

/// <summary>An event about one execution.</summary>
internal abstract record ExecutionEvent : RunEvent
{
    public required long Execution { get; init; }

    /// <summary>What else it decides; null when nothing.</summary>
    public static Changes? ChangesOf(RunEvent e) => e switch
    {
        ExecutionCompleted completed => completed.Changes,
        ExecutionStarted started => started.Changes,
        ExecutionFaulted faulted => faulted.Changes,
        WorkQueued queued => queued.Changes,
        PortEntered entered => entered.Changes,
        ChildReported reported => reported.Changes,
        _ => null,
    };
}

/// <summary>An execution began and stays open: a container, or one that waits.</summary>
internal sealed record ExecutionStarted : ExecutionEvent
{
    public IReadOnlyList<KeyValuePair<string, object?>> Inputs { get; init; } = [];

    public Changes? Changes { get; init; }

    public Bookmark? Bookmark { get; init; }
}

/// <summary>An execution completed.</summary>
internal sealed record ExecutionCompleted : ExecutionEvent
{
    /// <summary>Null is the plain completion, which follows Done and connections without a port.</summary>
    public IReadOnlyList<string>? Outcomes { get; init; }

    /// <summary>What it was evaluated with, when it began and completed in one.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Inputs { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, object?>> Outputs { get; init; } = [];

    /// <summary>Whether it goes on though it has completed; see <see cref="Runs.Execution.Lingers"/>.</summary>
    public bool Lingers { get; init; }

    public Changes? Changes { get; init; }
}

/// <summary>An execution faulted for good.</summary>
internal sealed record ExecutionFaulted : ExecutionEvent
{
    public required Incident Incident { get; init; }

    public Changes? Changes { get; init; }

    /// <summary>Whether the whole run is now faulted: it starts nothing new.</summary>
    public bool FaultsRun { get; init; }

    /// <summary>Whether it is over with its fault, and those before which it stands know of it; otherwise it is kept, and nothing follows.</summary>
    public bool Propagates { get; init; }
}

/// <summary>An execution is over because something in it has failed.</summary>
internal sealed record ExecutionFailed : ExecutionEvent
{
    public Changes? Changes { get; init; }
}

/// <summary>A fault of an activity execution after its last attempt.</summary>
internal sealed record Incident(string ActivityId, string NodeId, string Type, string Message, string? Detail, DateTimeOffset At);

/// <summary>Work is ready to be attempted.</summary>
internal sealed record WorkQueued : ExecutionEvent
{
    public IReadOnlyList<KeyValuePair<string, object?>> Inputs { get; init; } = [];

    /// <summary>What the scripts of its inputs have set.</summary>
    public Changes? Changes { get; init; }
}

/// <summary>An attempt is about to run: what it does in the world comes after this is stored.</summary>
internal sealed record AttemptStarted : ExecutionEvent
{
    public required int Attempt { get; init; }
}

/// <summary>
/// The last attempt is over and the activity of one of the work's ports is queued: the execution stays open, without work, until that has
/// completed.
/// </summary>
internal sealed record PortEntered : ExecutionEvent
{
    public required string Port { get; init; }

    public IReadOnlyList<KeyValuePair<string, object?>> Outputs { get; init; } = [];

    public Changes? Changes { get; init; }
}

/// <summary>An attempt failed, and there will be another one.</summary>
internal sealed record AttemptFailed : ExecutionEvent
{
    public required int Attempt { get; init; }

    public required string Error { get; init; }

    public required DateTimeOffset RetryAt { get; init; }
}

/// <summary>The wait for the next attempt is over.</summary>
internal sealed record RetryDue : ExecutionEvent;

/// <summary>An attempt ended with its process; it counts towards the limit of lost ones.</summary>
internal sealed record AttemptLost : ExecutionEvent
{
    public required int Attempt { get; init; }
}

/// <summary>An attempt was handed back by a process that was told to stop; it does not count.</summary>
internal sealed record AttemptReturned : ExecutionEvent
{
    public required int Attempt { get; init; }
}

/// <summary>The run is over.</summary>
internal sealed record RunFinished : RunEvent
{
    public required RunSubStatus SubStatus { get; init; }

    /// <summary>Why it was cancelled, if it was.</summary>
    public string? Reason { get; init; }
}

/// <summary>The only way back from Finished: these executions are cleared, under a new generation.</summary>
internal sealed record RunReopened : RunEvent
{
    public required int Generation { get; init; }

    public required IReadOnlyList<long> Cleared { get; init; }
}

/// <summary>A run that the execution started has told how it stands, and the execution goes on waiting.</summary>
internal sealed record ChildReported : ExecutionEvent
{
    public required string Child { get; init; }

    /// <summary>Suspended when it waits for the first time; else how it ended.</summary>
    public required RunSubStatus SubStatus { get; init; }

    public Changes? Changes { get; init; }
}

/// <summary>A queued execution will never begin, because its run is faulting; or a waiting one was cancelled by itself.</summary>
internal sealed record ExecutionCanceled : ExecutionEvent;
