namespace Dag.Workflows.Flowcharts;

/// <summary>
/// Finds the forward edges: breadth first from the start, in the connections' order, each unless it would close a cycle in those found before
/// it. The nodes are kept in an order in which forward edges only lead on. A new edge that leads back in it is looked into from both ends in
/// turn, by what lies between them: where the two searches meet there is a cycle, and the one that ends first says what has to move.
/// </summary>
internal sealed class ForwardEdges
{
    private const int None = -1;

    private readonly FlowEdge[] _edges;
    private readonly EdgeLists _outbound;
    private readonly Mark[] _marks;
    private readonly int[] _order;
    private readonly Search _before;
    private readonly Search _behind;
    private readonly List<int> _rest = [];
    private int _reached;
    private int _lastSearch;

    private ForwardEdges(int nodeCount, FlowEdge[] edges, EdgeLists outbound)
    {
        _edges = edges;
        _outbound = outbound;
        IsForward = new bool[edges.Length];
        _marks = new Mark[nodeCount];
        Array.Fill(_marks, new Mark { Place = None });
        _order = new int[nodeCount];
        _before = new Search(nodeCount, edges, byTarget: true);
        _behind = new Search(nodeCount, edges, byTarget: false);
    }

    /// <summary>Whether an edge is forward, by its position.</summary>
    public bool[] IsForward { get; }

    /// <summary>The nodes that can be reached, each after all those from which forward edges lead to it.</summary>
    public ReadOnlySpan<int> Order => _order.AsSpan(0, _reached);

    /// <summary>How many edges were looked at in searches and how many nodes were moved: what finding them has cost.</summary>
    public long Steps { get; private set; }

    public static ForwardEdges Find(int nodeCount, FlowEdge[] edges, EdgeLists outbound, int start)
    {
        var found = new ForwardEdges(nodeCount, edges, outbound);
        if (start >= 0)
        {
            found.FindFrom(start);
        }

        return found;
    }

    private void FindFrom(int start)
    {
        var queue = new Queue<int>([start]);
        Reach(start);
        while (queue.TryDequeue(out var source))
        {
            foreach (var edge in _outbound[source])
            {
                var target = _edges[edge].Target;
                if (_marks[target].Place == None)
                {
                    Reach(target);
                    queue.Enqueue(target);
                }

                if (_marks[target].KnownFrom == source + 1)
                {
                    // Another port of the same two.
                    IsForward[edge] = true;
                }
                else if (MakeRoom(source, target))
                {
                    IsForward[edge] = true;
                    _marks[target].KnownFrom = source + 1;
                    _behind.Add(source, target);
                    _before.Add(target, source);
                }
            }
        }
    }

    private void Reach(int node)
    {
        _marks[node].Place = _reached;
        _order[_reached++] = node;
    }

    // False when the edge would close a cycle; otherwise its source now comes before its target.
    private bool MakeRoom(int source, int target)
    {
        var (first, last) = (_marks[target].Place, _marks[source].Place);
        if (last < first)
        {
            return true;
        }

        // Numbers that no node has been found by yet, for each search its own.
        var (before, behind) = (++_lastSearch, ++_lastSearch);
        _before.Begin(source);
        _marks[source].Found = before;
        if (_marks[target].Found == before)
        {
            return false;
        }

        _behind.Begin(target);
        _marks[target].Found = behind;
        while (true)
        {
            if (!_before.TryTake(out var sources))
            {
                Move(first, last, before, toFront: true);
                return true;
            }

            if (LooksInto(sources, first, last, before, behind, _before))
            {
                return false;
            }

            if (!_behind.TryTake(out var targets))
            {
                Move(first, last, behind, toFront: false);
                return true;
            }

            if (LooksInto(targets, first, last, behind, before, _behind))
            {
                return false;
            }
        }
    }

    // True when it finds what the other search has found.
    private bool LooksInto(ReadOnlySpan<int> nodes, int first, int last, int found, int other, Search search)
    {
        Steps += nodes.Length;
        foreach (var node in nodes)
        {
            ref var mark = ref _marks[node];
            if (mark.Found == other)
            {
                return true;
            }

            if (mark.Found != found && mark.Place >= first && mark.Place <= last)
            {
                mark.Found = found;
                search.Push(node);
            }
        }

        return false;
    }

    // What was found goes to the front, or to the end, of these places; all keep their order among each other.
    private void Move(int first, int last, int found, bool toFront)
    {
        Steps += last - first;
        _rest.Clear();
        var place = first;
        for (var i = first; i <= last; i++)
        {
            var node = _order[i];
            if (_marks[node].Found == found == toFront)
            {
                Put(node, place++);
            }
            else
            {
                _rest.Add(node);
            }
        }

        foreach (var node in _rest)
        {
            Put(node, place++);
        }
    }

    private void Put(int node, int place)
    {
        _order[place] = node;
        _marks[node].Place = place;
    }

    private struct Mark
    {
        /// <summary>Its place in the order; none before it is reached.</summary>
        public int Place;

        /// <summary>The search that has found it last.</summary>
        public int Found;

        /// <summary>The node from which a forward edge has been found to it last, plus one.</summary>
        public int KnownFrom;
    }

    /// <summary>A search along the forward edges in one direction.</summary>
    private sealed class Search
    {
        private readonly int[] _starts;
        private readonly int[] _counts;
        private readonly int[] _ways;
        private readonly int[] _stack;
        private int _open;

        public Search(int nodeCount, FlowEdge[] edges, bool byTarget)
        {
            _starts = new int[nodeCount + 1];
            _counts = new int[nodeCount];
            _ways = new int[edges.Length];
            _stack = new int[nodeCount];
            foreach (var edge in edges)
            {
                _starts[(byTarget ? edge.Target : edge.Source) + 1]++;
            }

            for (var node = 0; node < nodeCount; node++)
            {
                _starts[node + 1] += _starts[node];
            }
        }

        public void Add(int from, int to) => _ways[_starts[from] + _counts[from]++] = to;

        public void Begin(int node)
        {
            _open = 0;
            Push(node);
        }

        public void Push(int node) => _stack[_open++] = node;

        /// <summary>Takes a node, and gives those next to it; false when there is none left.</summary>
        public bool TryTake(out ReadOnlySpan<int> next)
        {
            if (_open == 0)
            {
                next = default;
                return false;
            }

            var node = _stack[--_open];
            next = _ways.AsSpan(_starts[node], _counts[node]);
            return true;
        }
    }
}
