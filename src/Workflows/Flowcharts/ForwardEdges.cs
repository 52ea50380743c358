namespace Dag.Workflows.Flowcharts;

/// <summary>
/// Finds the forward edges: breadth first from the start, in the connections' order, each unless it would close a cycle in those found before
/// it. The nodes are kept in an order in which forward edges only lead on, and a new edge that leads back reorders only what lies between its
/// ends (Pearce and Kelly), so that no edge is checked against the whole graph.
/// </summary>
internal sealed class ForwardEdges
{
    private const int Unknown = -1;

    private readonly FlowEdge[] _edges;
    private readonly List<int>?[] _next;
    private readonly List<int>?[] _previous;
    private readonly int[] _places;
    private readonly int[] _seen;
    private readonly Stack<int> _stack = new();
    private readonly List<int> _behind = [];
    private readonly List<int> _before = [];
    private int _search;

    private ForwardEdges(int nodeCount, FlowEdge[] edges)
    {
        _edges = edges;
        _next = new List<int>?[nodeCount];
        _previous = new List<int>?[nodeCount];
        _places = new int[nodeCount];
        _seen = new int[nodeCount];
        Array.Fill(_places, Unknown);
        IsForward = new bool[edges.Length];
    }

    /// <summary>Whether an edge is forward, by its position.</summary>
    public bool[] IsForward { get; }

    /// <summary>The nodes that can be reached, each after all those from which forward edges lead to it.</summary>
    public int[] Order { get; private set; } = [];

    public static ForwardEdges Find(int nodeCount, FlowEdge[] edges, EdgeLists outbound, int start)
    {
        var found = new ForwardEdges(nodeCount, edges);
        if (start >= 0)
        {
            found.Search(outbound, start);
        }

        return found;
    }

    private void Search(EdgeLists outbound, int start)
    {
        var known = new HashSet<(int, int)>();
        var queue = new Queue<int>([start]);
        var reached = new List<int> { start };
        _places[start] = 0;
        while (queue.TryDequeue(out var source))
        {
            foreach (var edge in outbound[source])
            {
                var target = _edges[edge].Target;
                if (_places[target] == Unknown)
                {
                    _places[target] = reached.Count;
                    reached.Add(target);
                    queue.Enqueue(target);
                }
                else if (known.Contains((source, target)))
                {
                    IsForward[edge] = true;
                    continue;
                }
                else if (!MakeRoom(source, target))
                {
                    continue;
                }

                known.Add((source, target));
                IsForward[edge] = true;
                (_next[source] ??= []).Add(target);
                (_previous[target] ??= []).Add(source);
            }
        }

        Order = [.. reached.OrderBy(n => _places[n])];
    }

    // False when the edge would close a cycle; otherwise its source now comes before its target.
    private bool MakeRoom(int source, int target)
    {
        var (low, high) = (_places[target], _places[source]);
        if (high < low)
        {
            return true;
        }

        if (!Collect(target, _next, _behind, n => _places[n] <= high, until: source))
        {
            return false;
        }

        Collect(source, _previous, _before, n => _places[n] >= low, until: Unknown);
        _behind.Sort((a, b) => _places[a].CompareTo(_places[b]));
        _before.Sort((a, b) => _places[a].CompareTo(_places[b]));
        var moved = _before.Concat(_behind).ToArray();
        var places = moved.Select(n => _places[n]).Order().ToArray();
        for (var i = 0; i < moved.Length; i++)
        {
            _places[moved[i]] = places[i];
        }

        return true;
    }

    // All nodes from one on that lie between the ends; false when another one is among them.
    private bool Collect(int from, List<int>?[] ways, List<int> found, Func<int, bool> isBetween, int until)
    {
        _search++;
        found.Clear();
        _stack.Clear();
        _stack.Push(from);
        _seen[from] = _search;
        while (_stack.TryPop(out var node))
        {
            if (node == until)
            {
                return false;
            }

            found.Add(node);
            foreach (var way in ways[node] ?? [])
            {
                if (_seen[way] != _search && isBetween(way))
                {
                    _seen[way] = _search;
                    _stack.Push(way);
                }
            }
        }

        return true;
    }
}
