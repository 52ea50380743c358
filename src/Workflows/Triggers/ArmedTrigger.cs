using Dag.Workflows.Graph;
using Dag.Workflows.Hooks;
using Dag.Workflows.Scheduling;

namespace Dag.Workflows.Triggers;

/// <summary>A trigger of a published workflow that is armed.</summary>
internal sealed class ArmedTrigger(string key, WorkflowGraph graph, Node node) : IDisposable
{
    /// <summary>The key of its alarm.</summary>
    public string Key { get; } = key;

    public WorkflowGraph Graph { get; } = graph;

    public Node Node { get; } = node;

    /// <summary>Ends its listening.</summary>
    public CancellationTokenSource Disarmed { get; } = new();

    /// <summary>Names the trigger in the ledger of keys.</summary>
    public string Scope { get; } = LedgerKeys.ScopeOf(graph.Definition.DefinitionId, node.Id);

    /// <summary>When it fires; null for a trigger that listens.</summary>
    public Timetable? Timetable { get; set; }

    /// <summary>Which firings that were missed are made up for.</summary>
    public CatchUp CatchUp { get; set; } = CatchUp.Nothing;

    /// <summary>Firings that were missed and are to be made up for, the oldest first.</summary>
    public Queue<DateTimeOffset> Missed { get; } = [];

    /// <summary>When it fires next.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>The listening, for a trigger that listens.</summary>
    public Task Listening { get; set; } = Task.CompletedTask;

    /// <summary>The endpoint, for a trigger that requests fire.</summary>
    public PublishedHook? Hook { get; set; }

    /// <summary>What keeps it from firing; null when nothing does.</summary>
    public string? Problem { get; set; }

    public void Dispose() => Disarmed.Dispose();

    public TriggerState ToState() => new()
    {
        DefinitionId = Graph.Definition.DefinitionId,
        Version = Graph.Definition.Version,
        WorkflowName = Graph.Definition.Name,
        ActivityId = Node.Id,
        Type = Node.Type,
        DueAt = DueAt,
        Problem = Problem,
    };
}
