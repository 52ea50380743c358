using Dag.Workflows.Graph;
using Dag.Workflows.Scheduling;

namespace Dag.Workflows.Triggers;

/// <summary>A trigger of a published workflow that is armed.</summary>
internal sealed class ArmedTrigger(string key, WorkflowGraph graph, Node node, CancellationTokenSource disarmed)
{
    public string Key { get; } = key;

    public WorkflowGraph Graph { get; } = graph;

    public Node Node { get; } = node;

    public CancellationTokenSource Disarmed { get; } = disarmed;

    /// <summary>Names the trigger in the ledger of keys; the same for all versions of the workflow.</summary>
    public string Scope => $"{Graph.Definition.DefinitionId}/{Node.Id}";

    /// <summary>When it fires; null for a trigger that listens.</summary>
    public Timetable? Timetable { get; set; }

    /// <summary>When it fires next.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>The listening, for a trigger that listens.</summary>
    public Task Listening { get; set; } = Task.CompletedTask;

    /// <summary>Why it does not listen at the moment; null while it does.</summary>
    public string? Trouble { get; set; }
}
