using Dag.Workflows.Graph;

namespace Dag.Workflows.Runs;

/// <summary>What flowcharts say.</summary>
internal sealed partial class Step
{
    private readonly List<(long Owner, Node Node)> _late = [];

    /// <summary>Whether who acts completes and yet goes on.</summary>
    public bool Lingers { get; private set; }

    /// <summary>Whether an execution has completed ahead of what it queues, and those above it react to that.</summary>
    public bool IsAhead => _late.Count > 0;

    /// <summary>Books visits in the flowchart that acts.</summary>
    public void Visit(List<int> visits)
    {
        _changes.FlowOwner = Execution.Id;
        _changes.Visits = [.. visits];
    }

    /// <summary>Books moves of tokens in the flowchart that acts.</summary>
    public void MoveTokens(List<int> moves)
    {
        _changes.FlowOwner = Execution.Id;
        _changes.Tokens = [.. moves];
    }

    /// <summary>Completes who acts before it queues its next children: those above it react first, and it goes on all the same.</summary>
    public void CompleteAhead(IReadOnlyList<Node> next)
    {
        Complete();
        Lingers = true;
        _late.InsertRange(0, next.Select(n => (Execution.Id, n)));
    }

    /// <summary>Queues what comes after all that those above have queued.</summary>
    public void ScheduleLate()
    {
        foreach (var (owner, node) in _late)
        {
            Schedule(node, owner);
        }

        _late.Clear();
    }

    /// <summary>Says of a child of the flowchart that acts that it does not run because something before it has failed.</summary>
    public void UpstreamFail(Node node) =>
        _changes.UpstreamFailed.Add(new ScheduledExecution(NextId, node, Execution.Id, false, null));

    private long NextId => State.NextExecutionId + _changes.Scheduled.Count + _changes.UpstreamFailed.Count;

    private void Schedule(Node node, long parent, bool byBackwardEdge = false, params KeyValuePair<string, object?>[] variables) =>
        _changes.Scheduled.Add(new ScheduledExecution(
            NextId, node, parent, byBackwardEdge, variables.Length == 0 ? null : variables));
}
