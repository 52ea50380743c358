namespace Dag.Workflows.Flowcharts;

/// <summary>A connection by the positions of its activities in the flowchart.</summary>
/// <param name="Source">The position of the activity that it leaves.</param>
/// <param name="Port">The outcome that it follows; null is the plain completion.</param>
/// <param name="Target">The position of the activity that it enters.</param>
internal readonly record struct FlowEdge(int Source, string? Port, int Target);

/// <summary>
/// The connections of a flowchart as seen from its start. An edge is forward unless it would close a cycle in the forward edges found
/// before it, breadth first from the start, in the connections' order.
/// </summary>
internal sealed class FlowGraph
{
    private readonly HashSet<int>?[] _ancestors;
    private bool[]? _inLoop;

    public FlowGraph(int nodeCount, IReadOnlyList<FlowEdge> edges, int start)
    {
        Edges = edges;
        Start = start;
        NodeCount = nodeCount;
        _ancestors = new HashSet<int>?[nodeCount];
        Outbound = GroupBy(nodeCount, edges, static e => e.Source);
        Inbound = GroupBy(nodeCount, edges, static e => e.Target);
        IsForward = FindForward();
        ForwardInbound = GroupBy(nodeCount, edges, static e => e.Target, IsForward);
        BackwardValid = new bool[edges.Count];
        for (var i = 0; i < edges.Count; i++)
        {
            BackwardValid[i] = !IsForward[i] && EveryPathPasses(edges[i].Source, edges[i].Target);
        }
    }

    public int NodeCount { get; }

    public IReadOnlyList<FlowEdge> Edges { get; }

    /// <summary>The position of the activity that runs first; -1 when there is none.</summary>
    public int Start { get; }

    /// <summary>Positions of edges by the node that they leave, in the connections' order.</summary>
    public int[][] Outbound { get; }

    /// <summary>Positions of edges by the node that they enter.</summary>
    public int[][] Inbound { get; }

    /// <summary>Positions of forward edges by the node that they enter.</summary>
    public int[][] ForwardInbound { get; }

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
    public bool IsDangling(int node) => node != Start && ForwardInbound[node].Length == 0;

    /// <summary>All nodes from which forward edges lead to a node.</summary>
    public HashSet<int> AncestorsOf(int node)
    {
        if (_ancestors[node] is { } known)
        {
            return known;
        }

        var found = new HashSet<int>();
        var queue = new Queue<int>([node]);
        while (queue.TryDequeue(out var current))
        {
            foreach (var edge in ForwardInbound[current])
            {
                if (found.Add(Edges[edge].Source))
                {
                    queue.Enqueue(Edges[edge].Source);
                }
            }
        }

        return _ancestors[node] = found;
    }

    private bool[] FindForward()
    {
        var forward = new bool[Edges.Count];
        if (Start < 0)
        {
            return forward;
        }

        var next = new List<int>?[NodeCount];
        var known = new HashSet<(int, int)>();
        var visited = new bool[NodeCount];
        var queue = new Queue<int>([Start]);
        while (queue.TryDequeue(out var source))
        {
            if (visited[source])
            {
                continue;
            }

            visited[source] = true;
            foreach (var edge in Outbound[source])
            {
                var target = Edges[edge].Target;
                if (known.Contains((source, target)))
                {
                    forward[edge] = true;
                }
                else if (!HasPath(next, target, source))
                {
                    known.Add((source, target));
                    (next[source] ??= []).Add(target);
                    forward[edge] = true;
                    queue.Enqueue(target);
                }
            }
        }

        return forward;
    }

    private bool HasPath(List<int>?[] next, int from, int to)
    {
        if (from == to)
        {
            return true;
        }

        if (next[from] is null)
        {
            return false;
        }

        var seen = new HashSet<int> { from };
        var stack = new Stack<int>([from]);
        while (stack.TryPop(out var current))
        {
            foreach (var target in next[current] ?? [])
            {
                if (target == to)
                {
                    return true;
                }

                if (seen.Add(target))
                {
                    stack.Push(target);
                }
            }
        }

        return false;
    }

    // The target dominates the source: without it, the source cannot be reached.
    private bool EveryPathPasses(int source, int target)
    {
        if (source == target || target == Start || source == Start)
        {
            return source == target || target == Start;
        }

        var seen = new HashSet<int> { source };
        var stack = new Stack<int>([source]);
        while (stack.TryPop(out var current))
        {
            foreach (var edge in ForwardInbound[current])
            {
                var previous = Edges[edge].Source;
                if (previous == Start)
                {
                    return false;
                }

                if (previous != target && seen.Add(previous))
                {
                    stack.Push(previous);
                }
            }
        }

        return true;
    }

    private static int[][] GroupBy(int nodeCount, IReadOnlyList<FlowEdge> edges, Func<FlowEdge, int> key, bool[]? only = null)
    {
        var counts = new int[nodeCount];
        for (var i = 0; i < edges.Count; i++)
        {
            counts[key(edges[i])] += only is null || only[i] ? 1 : 0;
        }

        var groups = new int[nodeCount][];
        for (var i = 0; i < nodeCount; i++)
        {
            groups[i] = counts[i] == 0 ? [] : new int[counts[i]];
        }

        var filled = new int[nodeCount];
        for (var i = 0; i < edges.Count; i++)
        {
            if (only is null || only[i])
            {
                var group = key(edges[i]);
                groups[group][filled[group]++] = i;
            }
        }

        return groups;
    }
}
