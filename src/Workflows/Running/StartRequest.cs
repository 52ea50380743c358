using Dag.Workflows.Definitions;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.Hooks;
using Dag.Workflows.RunLog;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Running;

/// <summary>What a run is started with.</summary>
public sealed record StartRequest
{
    /// <summary>The definition; it is frozen with the run.</summary>
    public required WorkflowDefinition Definition { get; init; }

    /// <summary>Values for the workflow's inputs, by name in any case.</summary>
    public IReadOnlyDictionary<string, object?> Input { get; init; } = new Dictionary<string, object?>();

    /// <summary>The correlation id, if there is one.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>How its flowcharts decide where branches meet; default by counting, as in Elsa.</summary>
    public FlowchartMode Mode { get; init; }

    /// <summary>The id of the trigger activity that fired; null when started by hand.</summary>
    public string? TriggerActivityId { get; init; }

    /// <summary>The outputs of that trigger, by name.</summary>
    public IReadOnlyDictionary<string, object?>? TriggerOutputs { get; init; }

    /// <summary>The outcomes of that trigger; null, the default, for the plain completion.</summary>
    internal IReadOnlyList<string>? TriggerOutcomes { get; init; }

    /// <summary>Who waits for the run's answer; null, the default, when nobody does.</summary>
    internal HookCaller? Caller { get; init; }

    /// <summary>The trace that it belongs to, as W3C's traceparent; null, the default, for that of the caller, if there is one.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The id that the run shall have, which no run has had; null, the default, for a new one.</summary>
    internal string? RunId { get; init; }

    /// <summary>The message of the outbox that asks for the start; if it is gone, nothing is started.</summary>
    internal long? FromOutbox { get; init; }

    /// <summary>The run that starts it; null when none does.</summary>
    internal ParentLink? Parent { get; init; }

    /// <summary>Which runs keep this one from starting; null for none.</summary>
    internal ActivationRule? Activation { get; init; }

    /// <summary>Keys to book with the start; if one has been used, nothing is started.</summary>
    internal IReadOnlyList<LedgerKey> LedgerKeys { get; init; } = [];
}
