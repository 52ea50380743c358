using Dag.Workflows.Flowcharts;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Running;

/// <summary>A run that is to be started, as it waits in the outbox.</summary>
internal sealed record StartOrder
{
    /// <summary>The id of the version to run.</summary>
    public required string DefinitionVersionId { get; init; }

    /// <summary>The id that the run shall have; null for a new one.</summary>
    public string? RunId { get; init; }

    public string? CorrelationId { get; init; }

    public IReadOnlyDictionary<string, object?> Input { get; init; } = new Dictionary<string, object?>();

    /// <summary>The trigger activity that fired; null when none did.</summary>
    public string? TriggerActivityId { get; init; }

    /// <summary>The outputs of that trigger.</summary>
    public IReadOnlyDictionary<string, object?>? TriggerOutputs { get; init; }

    /// <summary>The trace that it belongs to; null for none.</summary>
    public string? TraceParent { get; init; }

    public FlowchartMode Mode { get; init; }

    /// <summary>The run that asks for it; null when none does.</summary>
    public ParentLink? Parent { get; init; }
}
