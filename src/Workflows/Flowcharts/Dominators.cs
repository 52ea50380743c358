namespace Dag.Workflows.Flowcharts;

/// <summary>Which nodes every forward path from the start to a node passes: a tree in which each node hangs below the nearest of them.</summary>
internal sealed class Dominators
{
    private readonly int[] _nearest;
    private readonly int[] _depth;

    // A node further up for each: so far up that any other one is found in steps that grow with the logarithm of the depth.
    private readonly int[] _jump;
    private readonly int[] _enter;
    private readonly int[] _leave;

    /// <param name="graph">The graph, whose forward edges are known.</param>
    /// <param name="order">The nodes that can be reached, each after all those before it.</param>
    public Dominators(FlowGraph graph, ReadOnlySpan<int> order)
    {
        _nearest = new int[graph.NodeCount];
        _depth = new int[graph.NodeCount];
        _jump = new int[graph.NodeCount];
        _enter = new int[graph.NodeCount];
        _leave = new int[graph.NodeCount];
        Array.Fill(_nearest, -1);
        foreach (var node in order)
        {
            if (node == graph.Start)
            {
                _jump[node] = node;
                continue;
            }

            var nearest = -1;
            foreach (var edge in graph.ForwardInbound[node])
            {
                var source = graph.Edges[edge].Source;
                nearest = nearest < 0 ? source : Meet(nearest, source);
            }

            _nearest[node] = nearest;
            _depth[node] = _depth[nearest] + 1;
            var jump = _jump[nearest];
            _jump[node] = _depth[nearest] - _depth[jump] == _depth[jump] - _depth[_jump[jump]] ? _jump[jump] : nearest;
        }

        Number(order);
    }

    /// <summary>Whether every forward path from the start to a node passes another one; true for a node that cannot be reached.</summary>
    public bool Passes(int node, int other) =>
        node == other || _leave[node] == 0 || (_enter[other] <= _enter[node] && _leave[node] <= _leave[other]);

    private int Meet(int a, int b)
    {
        a = Up(a, _depth[b]);
        b = Up(b, _depth[a]);
        while (a != b)
        {
            (a, b) = _jump[a] == _jump[b] ? (_nearest[a], _nearest[b]) : (_jump[a], _jump[b]);
        }

        return a;
    }

    // The node itself, or the one above it, that is no deeper.
    private int Up(int node, int depth)
    {
        while (_depth[node] > depth)
        {
            node = _depth[_jump[node]] >= depth ? _jump[node] : _nearest[node];
        }

        return node;
    }

    // From the last to the first, each node's share of the numbers is known before that of the one above it; then the shares are dealt out.
    private void Number(ReadOnlySpan<int> order)
    {
        var sizes = new int[_nearest.Length];
        for (var i = order.Length - 1; i >= 0; i--)
        {
            sizes[order[i]]++;
            if (_nearest[order[i]] is >= 0 and var above)
            {
                sizes[above] += sizes[order[i]];
            }
        }

        var dealt = new int[_nearest.Length];
        foreach (var node in order)
        {
            var above = _nearest[node];
            _enter[node] = above < 0 ? 1 : dealt[above];
            _leave[node] = _enter[node] + sizes[node] - 1;
            dealt[node] = _enter[node] + 1;
            if (above >= 0)
            {
                dealt[above] += sizes[node];
            }
        }
    }
}
