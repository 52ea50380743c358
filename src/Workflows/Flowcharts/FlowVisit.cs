namespace Dag.Workflows.Flowcharts;

/// <summary>How a connection was visited.</summary>
internal enum EdgeState
{
    /// <summary>Its outcome was not among those that its source ended with.</summary>
    NotFollowed,

    /// <summary>Its source ended with its outcome.</summary>
    Followed,

    /// <summary>Its source failed. Recorded by Dag.Propagate.</summary>
    Failed,
}

/// <summary>
/// A visit of a connection, or of an activity, in one number: the position times four, plus the edge's state, or plus 3 for an activity.
/// </summary>
internal static class FlowVisit
{
    private const int NodeMark = 3;

    public static int OfEdge(int edge, EdgeState state) => (edge << 2) | (int)state;

    public static int OfNode(int node) => (node << 2) | NodeMark;

    public static bool IsNode(int visit) => (visit & 3) == NodeMark;

    public static int Position(int visit) => visit >> 2;

    public static EdgeState State(int visit) => (EdgeState)(visit & 3);
}
