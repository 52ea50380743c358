using Dag.Workflows.Runs;

namespace Dag.Workflows.Flowcharts;

/// <summary>
/// Plans what follows in a flowchart when one of its activities completes, in counter mode: wait for all active branches, with dead
/// paths skipped. It looks ahead on the counters and takes its looking back, so that from outside it only reads; the plan that it
/// leaves is what the fold books.
/// </summary>
internal sealed class FlowPlanner
{
    private readonly List<int> _visits = [];
    private readonly List<(int Node, bool ByBackwardEdge)> _scheduled = [];
    private readonly List<Execution> _canceled = [];
    private readonly HashSet<int> _scheduledJoins = [];
    private FlowCounters _counters = null!;
    private Execution _flowchart = null!;
    private Execution _completed = null!;
    private Func<int, JoinMode> _joinMode = null!;

    /// <summary>The visits planned, in order; see <see cref="FlowVisit"/>.</summary>
    public IReadOnlyList<int> Visits => _visits;

    /// <summary>The activities to schedule, by position, in order.</summary>
    public IReadOnlyList<(int Node, bool ByBackwardEdge)> Scheduled => _scheduled;

    /// <summary>The executions to cancel because a join did not wait for them.</summary>
    public IReadOnlyList<Execution> Canceled => _canceled;

    /// <summary>Plans what follows the completion of a child.</summary>
    /// <param name="flowchart">The execution of the flowchart.</param>
    /// <param name="child">The child that completed.</param>
    /// <param name="outcomes">Its outcomes; null is the plain completion.</param>
    /// <param name="joinMode">When the activity at a position runs.</param>
    /// <param name="isJoin">Whether the child is a join, which cancels what still runs before it.</param>
    /// <returns>Null, or what is wrong: an invalid backward connection. What was planned before it stands.</returns>
    public string? Plan(Execution flowchart, Execution child, IReadOnlyList<string>? outcomes, Func<int, JoinMode> joinMode, bool isJoin)
    {
        _visits.Clear();
        _scheduled.Clear();
        _canceled.Clear();
        _scheduledJoins.Clear();
        _flowchart = flowchart;
        _completed = child;
        _counters = flowchart.Flow!;
        _joinMode = joinMode;
        _counters.BeginTrial();
        try
        {
            if (isJoin)
            {
                CancelAncestorsOf(child.Node.Position);
            }

            return Leave(child.Node.Position, outcomes, skipped: false, countNode: !child.ByBackwardEdge);
        }
        finally
        {
            _counters.EndTrial();
        }
    }

    // Depth first, as Elsa does it, on a stack of its own: a dead path may be as long as the flowchart.
    private string? Leave(int node, IReadOnlyList<string>? outcomes, bool skipped, bool countNode)
    {
        var stack = new Stack<Frame>();
        stack.Push(Enter(node, skipped, countNode));
        while (stack.TryPop(out var frame))
        {
            var outbound = _counters.Graph.Outbound[frame.Node];
            if (frame.Next >= outbound.Length)
            {
                continue;
            }

            var edge = outbound[frame.Next];
            stack.Push(frame with { Next = frame.Next + 1 });
            var followed = !frame.Skipped && Follows(outcomes, _counters.Graph.Edges[edge].Port);
            Book(FlowVisit.OfEdge(edge, followed ? EdgeState.Followed : EdgeState.NotFollowed));
            if (!_counters.Graph.IsForward[edge])
            {
                if (followed && FollowBackward(edge) is { } error)
                {
                    return error;
                }
            }
            else if (Arrive(edge) == Arrival.Skip)
            {
                stack.Push(Enter(_counters.Graph.Edges[edge].Target, skipped: true, countNode: true));
            }
        }

        return null;
    }

    private Frame Enter(int node, bool skipped, bool countNode)
    {
        if (countNode)
        {
            Book(FlowVisit.OfNode(node));
        }

        return new Frame(node, 0, skipped);
    }

    private string? FollowBackward(int edge)
    {
        var (source, _, target) = _counters.Graph.Edges[edge];
        if (!_counters.Graph.BackwardValid[edge])
        {
            return $"Invalid backward connection: Every path from the source ('{IdOf(source)}') must go through the target ('{IdOf(target)}') when tracing back to the start.";
        }

        _scheduled.Add((target, true));
        return null;
    }

    private Arrival Arrive(int edge)
    {
        var target = _counters.Graph.Edges[edge].Target;
        switch (_joinMode(target))
        {
            case JoinMode.WaitAny:
                return ArriveAtWaitAny(edge, target);
            case JoinMode.WaitAll:
                return !_counters.AllInboundVisited(target) ? Arrival.Wait : ScheduleOrSkip(target, _counters.AllInboundFollowed(target));
            default:
                return !_counters.AllInboundVisited(target) ? Arrival.Wait : ScheduleOrSkip(target, _counters.AnyInboundFollowed(target));
        }
    }

    private Arrival ArriveAtWaitAny(int edge, int target)
    {
        if (_counters.IsAnswered(edge) || _counters.QueuedOf(target) > 0 || _scheduledJoins.Contains(target))
        {
            return Arrival.Wait;
        }

        if (_counters.AnyInboundFollowed(target))
        {
            _scheduledJoins.Add(target);
            _scheduled.Add((target, false));
            CancelAncestorsOf(target);
            return Arrival.Schedule;
        }

        return _counters.AllInboundVisited(target) ? Arrival.Skip : Arrival.Wait;
    }

    private Arrival ScheduleOrSkip(int target, bool schedule)
    {
        if (!schedule)
        {
            return Arrival.Skip;
        }

        _scheduled.Add((target, false));
        return Arrival.Schedule;
    }

    // Open executions before a join are cancelled; a cancelled one counts as visited with nothing followed, so joins behind it go on.
    private void CancelAncestorsOf(int node)
    {
        var ancestors = _counters.Graph.AncestorsOf(node);
        for (var child = _flowchart.FirstChild; child is not null; child = child.NextSibling)
        {
            if (child != _completed && child.Status != ExecutionStatus.Pending && ancestors.Contains(child.Node.Position) && !_canceled.Contains(child))
            {
                _canceled.Add(child);
                Leave(child.Node.Position, null, skipped: true, countNode: true);
            }
        }
    }

    private void Book(int visit)
    {
        _visits.Add(visit);
        _counters.Book(visit);
    }

    private static bool Follows(IReadOnlyList<string>? outcomes, string? port)
    {
        if (outcomes is null)
        {
            return port is null or "Done";
        }

        for (var i = 0; i < outcomes.Count; i++)
        {
            if (outcomes[i] == port)
            {
                return true;
            }
        }

        return false;
    }

    private string IdOf(int position) => _flowchart.Node.Children[position].Id;

    private readonly record struct Frame(int Node, int Next, bool Skipped);

    private enum Arrival
    {
        Wait,
        Schedule,
        Skip,
    }
}
