namespace Dag.Workflows.Flowcharts;

/// <summary>Finds the nodes of a graph from which a way leads back to them: Tarjan's strongly connected components, on a stack of its own.</summary>
internal sealed class FlowLoops
{
    private readonly FlowGraph _graph;
    private readonly bool[] _inLoop;
    private readonly int[] _order;
    private readonly int[] _lowest;
    private readonly bool[] _onPath;
    private readonly Stack<int> _path = new();
    private readonly Stack<(int Node, int Next)> _visits = new();
    private int _count;

    private FlowLoops(FlowGraph graph)
    {
        _graph = graph;
        _inLoop = new bool[graph.NodeCount];
        _order = new int[graph.NodeCount];
        _lowest = new int[graph.NodeCount];
        _onPath = new bool[graph.NodeCount];
    }

    /// <summary>Whether a node is in a loop, by its position.</summary>
    public static bool[] Find(FlowGraph graph)
    {
        var loops = new FlowLoops(graph);
        for (var node = 0; node < graph.NodeCount; node++)
        {
            if (loops._order[node] == 0)
            {
                loops.Visit(node);
            }
        }

        return loops._inLoop;
    }

    private void Visit(int root)
    {
        Enter(root);
        while (_visits.TryPop(out var visit))
        {
            var (node, next) = visit;
            if (next == _graph.Outbound[node].Length)
            {
                Leave(node);
                continue;
            }

            _visits.Push((node, next + 1));
            var target = _graph.Edges[_graph.Outbound[node][next]].Target;
            if (_order[target] == 0)
            {
                Enter(target);
            }
            else if (_onPath[target])
            {
                _lowest[node] = Math.Min(_lowest[node], _order[target]);
                _inLoop[node] |= target == node;
            }
        }
    }

    private void Enter(int node)
    {
        _order[node] = _lowest[node] = ++_count;
        _onPath[node] = true;
        _path.Push(node);
        _visits.Push((node, 0));
    }

    private void Leave(int node)
    {
        if (_visits.TryPeek(out var above))
        {
            _lowest[above.Node] = Math.Min(_lowest[above.Node], _lowest[node]);
        }

        if (_lowest[node] < _order[node])
        {
            return;
        }

        var isAlone = _path.Peek() == node;
        int member;
        do
        {
            member = _path.Pop();
            _onPath[member] = false;
            _inLoop[member] |= !isAlone;
        }
        while (member != node);
    }
}
