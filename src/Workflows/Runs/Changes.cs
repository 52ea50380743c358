using Dag.Workflows.Graph;

namespace Dag.Workflows.Runs;

/// <summary>What an execution event decides beside its own status.</summary>
internal sealed record Changes
{
    /// <summary>Executions that are queued, in order.</summary>
    public ScheduledExecution[] Scheduled { get; init; } = [];

    /// <summary>Executions that will never begin because something before them has failed. They are over with this event.</summary>
    public ScheduledExecution[] UpstreamFailed { get; init; } = [];

    public VariableWrite[] Writes { get; init; } = [];

    /// <summary>The flowchart whose connections are visited, or whose tokens move; 0 when none.</summary>
    public long FlowOwner { get; init; }

    /// <summary>Visits of its connections and skipped activities, in order; see <see cref="Flowcharts.FlowVisit"/>.</summary>
    public int[] Visits { get; init; } = [];

    /// <summary>Moves of its tokens, in order; see <see cref="Flowcharts.TokenMove"/>.</summary>
    public int[] Tokens { get; init; } = [];

    /// <summary>Executions that are cancelled.</summary>
    public long[] Canceled { get; init; } = [];

    /// <summary>Executions that a break passes through.</summary>
    public long[] Breaking { get; init; } = [];

    /// <summary>The loop, sequence or parallel container that moved on; 0 when none.</summary>
    public long IndexOwner { get; init; }

    public long Index { get; init; }

    /// <summary>The items that a loop begins with.</summary>
    public object? Items { get; init; }

    /// <summary>The composite that has been told its outcomes; 0 when none.</summary>
    public long Composite { get; init; }

    public string[]? CompositeOutcomes { get; init; }

    /// <summary>A line that WriteLine wrote.</summary>
    public string? Line { get; init; }

    /// <summary>The run's new name.</summary>
    public string? Name { get; init; }

    /// <summary>The run's new correlation id.</summary>
    public string? CorrelationId { get; init; }

    public KeyValuePair<string, object?>[] RunOutputs { get; init; } = [];

    /// <summary>What is to happen outside the run.</summary>
    public Outgoing[] Outgoing { get; init; } = [];

    /// <summary>Whether the run ends here and now, whatever is queued.</summary>
    public bool EndsRun { get; init; }
}

/// <summary>An execution to be queued.</summary>
internal readonly record struct ScheduledExecution(
    long Id, Node Node, long Parent, bool ByBackwardEdge, KeyValuePair<string, object?>[]? Variables);

/// <summary>A value for a variable in the scope of an execution; declared there when it is new.</summary>
internal readonly record struct VariableWrite(long Scope, string Id, string Name, object? Value);
