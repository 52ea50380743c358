namespace Dag.Workflows.Flowcharts;

/// <summary>Edges by node: the positions of each node's edges, in their order, one node after the other in one array.</summary>
internal sealed class EdgeLists
{
    private readonly int[] _starts;
    private readonly int[] _edges;

    /// <param name="nodeCount">How many nodes there are.</param>
    /// <param name="edges">All edges.</param>
    /// <param name="byTarget">Whether an edge belongs to the node that it enters; otherwise to the one that it leaves.</param>
    /// <param name="only">Which edges count, by position; null for all.</param>
    public EdgeLists(int nodeCount, FlowEdge[] edges, bool byTarget, bool[]? only = null)
    {
        _starts = new int[nodeCount + 1];
        for (var i = 0; i < edges.Length; i++)
        {
            _starts[Owner(edges[i], byTarget) + 1] += only is null || only[i] ? 1 : 0;
        }

        for (var node = 0; node < nodeCount; node++)
        {
            _starts[node + 1] += _starts[node];
        }

        _edges = new int[_starts[nodeCount]];
        var filled = new int[nodeCount];
        for (var i = 0; i < edges.Length; i++)
        {
            if (only is null || only[i])
            {
                var owner = Owner(edges[i], byTarget);
                _edges[_starts[owner] + filled[owner]++] = i;
            }
        }
    }

    /// <summary>The positions of a node's edges.</summary>
    public ReadOnlySpan<int> this[int node] => _edges.AsSpan(_starts[node], _starts[node + 1] - _starts[node]);

    /// <summary>How many edges a node has.</summary>
    public int CountOf(int node) => _starts[node + 1] - _starts[node];

    private static int Owner(FlowEdge edge, bool byTarget) => byTarget ? edge.Target : edge.Source;
}
