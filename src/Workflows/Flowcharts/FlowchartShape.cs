using System.Text.Json;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;

namespace Dag.Workflows.Flowcharts;

/// <summary>A flowchart's activities and connections, ready to run.</summary>
internal sealed class FlowchartShape
{
    private readonly IReadOnlyList<Node> _nodes;
    private readonly IReadOnlyList<FlowEdge> _edges;
    private readonly Lazy<FlowGraph> _default;
    private readonly Dictionary<int, FlowGraph> _byTrigger = [];
    private readonly Lock _gate = new();
    private readonly Lazy<MergeMode[]> _mergeModes;

    public FlowchartShape(Node flowchart, IReadOnlyList<FlowEdge> edges)
    {
        _nodes = flowchart.Children;
        _edges = edges;
        _mergeModes = new Lazy<MergeMode[]>(() => [.. _nodes.Select(MergeModeOf)]);
        _default = new Lazy<FlowGraph>(() => new FlowGraph(_nodes.Count, _edges, DefaultStart()));
    }

    /// <summary>What each activity says of the tokens that arrive, by position; read in token mode only.</summary>
    public MergeMode[] MergeModes => _mergeModes.Value;

    /// <summary>The graph as seen from the start: the trigger that fired, if it is one of the activities, else the flowchart's own.</summary>
    public FlowGraph GraphFor(string? triggerActivityId)
    {
        var trigger = triggerActivityId is null ? -1 : Position(n => n.Id == triggerActivityId);
        if (trigger < 0 || trigger == _default.Value.Start)
        {
            return _default.Value;
        }

        lock (_gate)
        {
            return _byTrigger.TryGetValue(trigger, out var graph)
                ? graph
                : _byTrigger[trigger] = new FlowGraph(_nodes.Count, _edges, trigger);
        }
    }

    // As Elsa reads it: a text in any case; what it does not know is no mode.
    private static MergeMode MergeModeOf(Node node) =>
        node.Definition.CustomProperty("mergeMode") is { ValueKind: JsonValueKind.String } text && Enum.TryParse<MergeMode>(text.GetString(), ignoreCase: true, out var mode)
            ? mode
            : MergeMode.None;

    private int DefaultStart()
    {
        var entered = _edges.Select(e => e.Target).ToHashSet();
        return FirstOf(
            Position(n => n.Type == "Elsa.Start"),
            Position(n => n.Definition.CustomProperty("canStartWorkflow") is { ValueKind: JsonValueKind.True }),
            Position(n => !entered.Contains(n.Position)),
            _nodes.Count > 0 ? 0 : -1);
    }

    private static int FirstOf(params ReadOnlySpan<int> positions)
    {
        foreach (var position in positions)
        {
            if (position >= 0)
            {
                return position;
            }
        }

        return -1;
    }

    private int Position(Func<Node, bool> match) => _nodes.FirstOrDefault(match)?.Position ?? -1;

    /// <summary>The edges of connections; those to unknown activities are dropped with a fault, duplicates collapse.</summary>
    public static List<FlowEdge> Edges(Node flowchart, IEnumerable<ConnectionDefinition> connections, List<DefinitionFault> faults)
    {
        var positions = new Dictionary<string, int>();
        foreach (var child in flowchart.Children)
        {
            // Of two with one id, which is a fault of its own, connections mean the first.
            positions.TryAdd(child.Id, child.Position);
        }

        var edges = new List<FlowEdge>();
        var known = new HashSet<FlowEdge>();
        foreach (var connection in connections)
        {
            var missing = !positions.TryGetValue(connection.Source, out var source) ? connection.Source
                : !positions.ContainsKey(connection.Target) ? connection.Target : null;
            if (missing is not null)
            {
                faults.Add(new DefinitionFault(
                    flowchart.NodeId,
                    $"The connection from '{connection.Source}' to '{connection.Target}' names the activity '{missing}', which is not in this flowchart.",
                    "Remove the connection, or add the activity.")
                { AllowedInRun = true });
                continue;
            }

            var edge = new FlowEdge(source, connection.Port, positions[connection.Target]);
            if (known.Add(edge))
            {
                edges.Add(edge);
            }
        }

        return edges;
    }
}
