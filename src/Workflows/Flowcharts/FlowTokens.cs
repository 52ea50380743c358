using System.Runtime.InteropServices;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Flowcharts;

/// <summary>
/// The tokens of a flowchart in token mode: on each connection those that nobody has taken in, and the blocks. Each activity also counts
/// what its merge mode asks of its connections, so that no arrival looks at the others.
/// </summary>
internal sealed class FlowTokens(FlowGraph graph) : FlowProgress(graph)
{
    private readonly EdgeTokens[] _edges = new EdgeTokens[graph.Edges.Length];
    private readonly NodeTokens[] _nodes = new NodeTokens[graph.NodeCount];
    private List<(int Edge, EdgeTokens Before)>? _trial;

    /// <summary>How many connections hold tokens that nobody has taken in.</summary>
    public int Laden { get; private set; }

    /// <summary>Whether the next token of the connection does not count.</summary>
    public bool IsBlocked(int edge) => _edges[edge].Blocks > 0 || _edges[edge].Passed;

    /// <summary>Whether a token is on its way to an activity from which a forward connection leads to the node.</summary>
    public bool IsExpected(int node) => _nodes[node].LadenSources > 0;

    /// <summary>Whether all forward connections to the node hold a token; so it is where there is only one.</summary>
    public bool IsMerged(int node) => Graph.ForwardInbound.CountOf(node) is var count && (count <= 1 || _nodes[node].LadenForward == count);

    /// <summary>Whether all connections to the node hold a token; so it is where there is only one.</summary>
    public bool IsConverged(int node) => Graph.Inbound.CountOf(node) is var count && (count <= 1 || _nodes[node].Laden == count);

    // Tokens tell of no failures.
    public override bool IsTakenUp(int node) => false;

    public override void Book(Changes changes)
    {
        foreach (var move in changes.Tokens)
        {
            Book(move);
        }
    }

    /// <summary>Books one move.</summary>
    public void Book(int move)
    {
        var position = TokenMove.Position(move);
        switch (TokenMove.Kind(move))
        {
            case TokenMoveKind.Emit:
                Set(position, _edges[position] with { Live = _edges[position].Live + 1 });
                break;
            case TokenMoveKind.Block:
                Set(position, _edges[position] with { Blocks = _edges[position].Blocks + 1 });
                break;
            case TokenMoveKind.Pass when !_edges[position].Passed:
                Set(position, _edges[position] with { Blocks = _edges[position].Blocks - 1, Passed = true });
                break;
            case TokenMoveKind.Consume:
                Consume(position);
                break;
            case TokenMoveKind.Drop:
                Clear(Graph.Inbound[position]);
                Clear(Graph.Outbound[position]);
                break;
            case TokenMoveKind.Clear:
                for (var edge = 0; edge < _edges.Length; edge++)
                {
                    Set(edge, default);
                }

                break;
        }
    }

    /// <summary>From here on, bookings are remembered, to be taken back by <see cref="EndTrial"/>: how a planner looks ahead.</summary>
    public void BeginTrial(List<(int Edge, EdgeTokens Before)> trial) => _trial = trial;

    /// <summary>Takes back everything booked since <see cref="BeginTrial"/>.</summary>
    public void EndTrial()
    {
        var trial = _trial!;
        _trial = null;
        var changes = CollectionsMarshal.AsSpan(trial);
        for (var i = changes.Length - 1; i >= 0; i--)
        {
            Set(changes[i].Edge, changes[i].Before);
        }

        trial.Clear();
    }

    // Four numbers for each connection that holds something, then the failures if there are any.
    public override int[] ToArray() =>
    [
        .. _edges.SelectMany((tokens, edge) => tokens == default ? [] : new[] { edge, tokens.Live, tokens.Blocks, tokens.Passed ? 1 : 0 }),
        .. Failures == 0 ? [] : new[] { Failures },
    ];

    public static FlowTokens FromArray(FlowGraph graph, int[] numbers)
    {
        var tokens = new FlowTokens(graph) { Failures = numbers.Length % 4 == 1 ? numbers[^1] : 0 };
        foreach (var edge in numbers.Chunk(4).Where(e => e.Length == 4))
        {
            tokens.Set(edge[0], new EdgeTokens { Live = edge[1], Blocks = edge[2], Passed = edge[3] == 1 });
        }

        return tokens;
    }

    // Tokens that met a block go with those that did not; a block that nobody met stays.
    private void Consume(int node)
    {
        foreach (var edge in Graph.Inbound[node])
        {
            ref readonly var tokens = ref _edges[edge];
            if (tokens.Live > 0 || tokens.Passed)
            {
                Set(edge, new EdgeTokens { Blocks = tokens.Blocks });
            }
        }
    }

    private void Clear(ReadOnlySpan<int> edges)
    {
        foreach (var edge in edges)
        {
            Set(edge, default);
        }
    }

    private void Set(int edge, EdgeTokens tokens)
    {
        var before = _edges[edge];
        if (before == tokens)
        {
            return;
        }

        _trial?.Add((edge, before));
        _edges[edge] = tokens;
        var by = (tokens.Live > 0 ? 1 : 0) - (before.Live > 0 ? 1 : 0);
        if (by == 0)
        {
            return;
        }

        Laden += by;
        ref var target = ref _nodes[Graph.Edges[edge].Target];
        target.Laden += by;
        target.LadenForward += Graph.IsForward[edge] ? by : 0;
        if (target.Laden == (by > 0 ? 1 : 0))
        {
            CountLadenSource(Graph.Edges[edge].Target, by);
        }
    }

    private void CountLadenSource(int node, int by)
    {
        foreach (var edge in Graph.Outbound[node])
        {
            if (Graph.IsForward[edge])
            {
                _nodes[Graph.Edges[edge].Target].LadenSources += by;
            }
        }
    }

    /// <summary>What is on a connection.</summary>
    internal record struct EdgeTokens
    {
        /// <summary>Tokens that nobody has taken in.</summary>
        public int Live { get; init; }

        /// <summary>Blocks that no token has met.</summary>
        public int Blocks { get; init; }

        /// <summary>
        /// Whether a token has met a block since the target last ran. Until it runs again every further token meets the same block, as in Elsa.
        /// </summary>
        public bool Passed { get; init; }
    }

    /// <summary>What is counted of a node.</summary>
    private struct NodeTokens
    {
        /// <summary>Connections to it that hold tokens.</summary>
        public int Laden;

        /// <summary>Forward connections to it that hold tokens.</summary>
        public int LadenForward;

        /// <summary>Forward connections to it whose source has tokens on its way.</summary>
        public int LadenSources;
    }
}
