using Dag.Workflows.Graph;

namespace Dag.Workflows.Running;

/// <summary>What the executions of one activity of a run come to.</summary>
internal sealed class NodeStatistics(Node node)
{
    public Node Node { get; } = node;

    public int Started { get; set; }

    public int Completed { get; set; }

    /// <summary>Ended neither completed nor faulted.</summary>
    public int Canceled { get; set; }

    public int Faulted { get; set; }

    /// <summary>Executions that wait for something outside.</summary>
    public int Waiting { get; set; }

    /// <summary>Up to which event of the run it has changed.</summary>
    public long ChangedAt { get; set; }
}
