using System.Runtime.InteropServices;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Flowcharts;

/// <summary>
/// How often each activity and each connection of a flowchart has been visited in a run. Each node also counts what a join asks of its
/// inbound edges, so that no arrival looks at the others: 10,000 branches into one join cost 10,000 steps, not their square.
/// </summary>
internal sealed class FlowCounters : FlowProgress
{
    private readonly int[] _edgeVisits;
    private readonly NodeCounter[] _nodes;
    private FlowTrial? _trial;

    public FlowCounters(FlowGraph graph)
        : base(graph)
    {
        _edgeVisits = new int[graph.Edges.Length];
        _nodes = new NodeCounter[graph.NodeCount];
        for (var i = 0; i < _nodes.Length; i++)
        {
            _nodes[i].Behind = graph.ForwardInbound.CountOf(i);
        }
    }

    /// <summary>Whether every forward inbound edge has been visited more often than the node.</summary>
    public bool AllInboundVisited(int node) => _nodes[node].Behind == 0;

    /// <summary>Whether one of the latest visits of the inbound edges followed its edge.</summary>
    public bool AnyInboundFollowed(int node)
    {
        ref readonly var counter = ref _nodes[node];
        return counter.MaxEdgeVisits > counter.Visits && counter.FollowedAtMax > 0;
    }

    /// <summary>Whether all of the latest visits of the inbound edges followed their edges.</summary>
    public bool AllInboundFollowed(int node)
    {
        ref readonly var counter = ref _nodes[node];
        return counter.MaxEdgeVisits > counter.Visits && counter.FollowedAtMax == Graph.ForwardInbound.CountOf(node);
    }

    /// <summary>Whether one of the latest visits of the inbound edges found its source failed.</summary>
    public bool AnyInboundFailed(int node)
    {
        ref readonly var counter = ref _nodes[node];
        return counter.MaxEdgeVisits > counter.Visits && counter.FailedAtMax > 0;
    }

    public override bool IsTakenUp(int node) => !Graph.IsLeaf(node);

    /// <summary>Whether the node has already answered this visit of the edge.</summary>
    public bool IsAnswered(int edge) => _edgeVisits[edge] <= _nodes[Graph.Edges[edge].Target].Visits;

    public override void Book(Changes changes)
    {
        foreach (var visit in changes.Visits)
        {
            Book(visit);
        }
    }

    /// <summary>Books one visit.</summary>
    public void Book(int visit)
    {
        if (FlowVisit.IsNode(visit))
        {
            VisitNode(FlowVisit.Position(visit));
        }
        else
        {
            VisitEdge(FlowVisit.Position(visit), FlowVisit.State(visit));
        }
    }

    /// <summary>From here on, bookings are remembered, to be taken back by <see cref="EndTrial"/>: how a planner looks ahead.</summary>
    public void BeginTrial(FlowTrial trial) => _trial = trial;

    /// <summary>Takes back everything booked since <see cref="BeginTrial"/>.</summary>
    public void EndTrial()
    {
        var edges = CollectionsMarshal.AsSpan(_trial!.Edges);
        for (var i = edges.Length - 1; i >= 0; i--)
        {
            _edgeVisits[edges[i].Edge] = edges[i].Visits;
        }

        var nodes = CollectionsMarshal.AsSpan(_trial.Nodes);
        for (var i = nodes.Length - 1; i >= 0; i--)
        {
            _nodes[nodes[i].Node] = nodes[i].Counter;
        }

        _trial.Clear();
        _trial = null;
    }

    // What is counted of failures comes last, and is left out where there is none.
    public override int[] ToArray() =>
    [
        .. _edgeVisits,
        .. _nodes.SelectMany(n => new[] { n.Visits, n.Behind, n.MaxEdgeVisits, n.FollowedAtMax }),
        .. Failures == 0 && !_nodes.Any(n => n.FailedAtMax > 0) ? [] : _nodes.Select(n => n.FailedAtMax).Append(Failures),
    ];

    /// <summary>The counters of a snapshot.</summary>
    public static FlowCounters FromArray(FlowGraph graph, int[] numbers)
    {
        var counters = new FlowCounters(graph);
        numbers.AsSpan(0, counters._edgeVisits.Length).CopyTo(counters._edgeVisits);
        var rest = numbers.AsSpan(counters._edgeVisits.Length);
        var failed = rest[(counters._nodes.Length * 4)..];
        var hasFailures = failed.Length > 0;
        counters.Failures = hasFailures ? failed[^1] : 0;
        for (var i = 0; i < counters._nodes.Length; i++)
        {
            counters._nodes[i] = new NodeCounter
            {
                FailedAtMax = hasFailures ? failed[i] : 0,
                Visits = rest[i * 4],
                Behind = rest[(i * 4) + 1],
                MaxEdgeVisits = rest[(i * 4) + 2],
                FollowedAtMax = rest[(i * 4) + 3],
            };
        }

        return counters;
    }

    private void VisitEdge(int edge, EdgeState state)
    {
        _trial?.Edges.Add((edge, _edgeVisits[edge]));
        var visits = ++_edgeVisits[edge];
        if (!Graph.IsForward[edge])
        {
            return;
        }

        var target = Graph.Edges[edge].Target;
        RememberNode(target);
        ref var counter = ref _nodes[target];
        if (visits == counter.Visits + 1)
        {
            counter.Behind--;
        }

        if (visits > counter.MaxEdgeVisits)
        {
            counter.MaxEdgeVisits = visits;
            counter.FollowedAtMax = counter.FailedAtMax = 0;
        }

        if (visits == counter.MaxEdgeVisits)
        {
            counter.FollowedAtMax += state == EdgeState.Followed ? 1 : 0;
            counter.FailedAtMax += state == EdgeState.Failed ? 1 : 0;
        }
    }

    private void VisitNode(int node)
    {
        RememberNode(node);
        ref var counter = ref _nodes[node];
        counter.Visits++;
        counter.Behind = 0;
        foreach (var edge in Graph.ForwardInbound[node])
        {
            counter.Behind += _edgeVisits[edge] <= counter.Visits ? 1 : 0;
        }
    }

    private void RememberNode(int node) => _trial?.Nodes.Add((node, _nodes[node]));

    /// <summary>What is counted of a node.</summary>
    internal struct NodeCounter
    {
        public int Visits;
        public int Behind;
        public int MaxEdgeVisits;
        public int FollowedAtMax;
        public int FailedAtMax;
    }
}

/// <summary>What a planner's looking ahead has changed; reused from plan to plan.</summary>
internal sealed class FlowTrial
{
    public List<(int Edge, int Visits)> Edges { get; } = [];

    public List<(int Node, FlowCounters.NodeCounter Counter)> Nodes { get; } = [];

    public void Clear()
    {
        Edges.Clear();
        Nodes.Clear();
    }
}
