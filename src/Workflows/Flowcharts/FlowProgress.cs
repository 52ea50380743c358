using Dag.Workflows.Runs;

namespace Dag.Workflows.Flowcharts;

/// <summary>How far a flowchart is in a run. Changed by the fold only.</summary>
internal abstract class FlowProgress(FlowGraph graph)
{
    private readonly int[] _queued = new int[graph.NodeCount];

    public FlowGraph Graph { get; } = graph;

    /// <summary>How many of its activities are queued.</summary>
    public int QueuedCount { get; private set; }

    /// <summary>How many failures nothing in it has taken up; with any, the flowchart fails when it is over.</summary>
    public int Failures { get; protected set; }

    /// <summary>How many executions of the node are queued.</summary>
    public int QueuedOf(int node) => _queued[node];

    /// <summary>Books that an execution of the node was queued, or has left the queue.</summary>
    public void CountQueued(int node, int by)
    {
        _queued[node] += by;
        QueuedCount += by;
    }

    /// <summary>Books that an activity has failed, or was upstream-failed.</summary>
    public void BookFailure(int node) => Failures += IsTakenUp(node) ? 0 : 1;

    /// <summary>Whether a failure of the node goes on along its connections.</summary>
    public abstract bool IsTakenUp(int node);

    /// <summary>Books what an event says of the flowchart, in order.</summary>
    public abstract void Book(Changes changes);

    /// <summary>The progress as numbers, for a snapshot.</summary>
    public abstract int[] ToArray();

    /// <summary>Where a flowchart begins.</summary>
    public static FlowProgress Begin(FlowGraph graph, FlowchartMode mode) =>
        mode == FlowchartMode.Token ? new FlowTokens(graph) : new FlowCounters(graph);

    /// <summary>The progress of a snapshot.</summary>
    public static FlowProgress FromArray(FlowGraph graph, FlowchartMode mode, int[] numbers) =>
        mode == FlowchartMode.Token ? FlowTokens.FromArray(graph, numbers) : FlowCounters.FromArray(graph, numbers);
}
