using System.Collections;

namespace Dag.Workflows.Flowcharts;

/// <summary>
/// The connections of a flowchart as seen from its start. An edge is forward unless it would close a cycle in the forward edges found
/// before it, breadth first from the start, in the connections' order.
/// </summary>
internal sealed class FlowGraph
{
    private readonly BitArray?[] _ancestors;
    private bool[]? _inLoop;

    public FlowGraph(int nodeCount, IEnumerable<FlowEdge> edges, int start)
    {
        Edges = [.. edges];
        Start = start;
        NodeCount = nodeCount;
        _ancestors = new BitArray?[nodeCount];
        Outbound = new EdgeLists(nodeCount, Edges, byTarget: false);
        Inbound = new EdgeLists(nodeCount, Edges, byTarget: true);
        var forward = ForwardEdges.Find(nodeCount, Edges, Outbound, start);
        IsForward = forward.IsForward;
        ForwardInbound = new EdgeLists(nodeCount, Edges, byTarget: true, IsForward);
        BackwardValid = new bool[Edges.Length];
        if (IsForward.Contains(false))
        {
            var dominators = new Dominators(this, forward.Order);
            for (var i = 0; i < Edges.Length; i++)
            {
                BackwardValid[i] = !IsForward[i] && dominators.Passes(Edges[i].Source, Edges[i].Target);
            }
        }
    }

    public int NodeCount { get; }

    public FlowEdge[] Edges { get; }

    /// <summary>The position of the activity that runs first; -1 when there is none.</summary>
    public int Start { get; }

    /// <summary>Positions of edges by the node that they leave, in the connections' order.</summary>
    public EdgeLists Outbound { get; }

    /// <summary>Positions of edges by the node that they enter.</summary>
    public EdgeLists Inbound { get; }

    /// <summary>Positions of forward edges by the node that they enter.</summary>
    public EdgeLists ForwardInbound { get; }

    public bool[] IsForward { get; }

    /// <summary>For backward edges: whether every forward path from the start to their source passes their target.</summary>
    public bool[] BackwardValid { get; }

    /// <summary>Whether a way leads from the node back to it.</summary>
    public bool IsInLoop(int node) => (_inLoop ??= FlowLoops.Find(this))[node];

    /// <summary>Whether no forward edge leaves a node: a failure ends there.</summary>
    public bool IsLeaf(int node)
    {
        foreach (var edge in Outbound[node])
        {
            if (IsForward[edge])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether no forward path leads to a node.</summary>
    public bool IsDangling(int node) => node != Start && ForwardInbound.CountOf(node) == 0;

    /// <summary>Of each node, by position, whether forward edges lead from it to this one.</summary>
    public BitArray AncestorsOf(int node)
    {
        if (_ancestors[node] is { } known)
        {
            return known;
        }

        var found = new BitArray(NodeCount);
        var stack = new Stack<int>([node]);
        while (stack.TryPop(out var current))
        {
            foreach (var edge in ForwardInbound[current])
            {
                var source = Edges[edge].Source;
                if (!found[source])
                {
                    found[source] = true;
                    stack.Push(source);
                }
            }
        }

        return _ancestors[node] = found;
    }
}
