using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Flowcharts;

/// <summary>
/// Plans what follows in a flowchart when one of its activities completes, in counter mode: wait for all active branches, with dead
/// paths skipped. It looks ahead on the counters and takes its looking back, so that from outside it only reads; the plan that it
/// leaves is what the fold books.
/// </summary>
internal sealed class FlowPlanner
{
    [ThreadStatic]
    private static FlowPlanner? s_ofThread;

    private readonly FlowTrial _trial = new();
    private readonly List<int> _visits = [];
    private readonly List<(int Node, bool ByBackwardEdge)> _scheduled = [];
    private readonly List<Execution> _canceled = [];
    private readonly HashSet<int> _scheduledJoins = [];
    private readonly Stack<Frame> _stack = new();
    private FlowCounters _counters = null!;
    private RunState _state = null!;
    private Execution _flowchart = null!;
    private Execution _completed = null!;

    /// <summary>The thread's planner: a plan is made and taken without leaving the thread, so its lists can serve all runs.</summary>
    public static FlowPlanner OfThread => s_ofThread ??= new FlowPlanner();

    /// <summary>The visits planned, in order; see <see cref="FlowVisit"/>.</summary>
    public List<int> Visits => _visits;

    /// <summary>The activities to schedule, by position, in order.</summary>
    public List<(int Node, bool ByBackwardEdge)> Scheduled => _scheduled;

    /// <summary>The executions to cancel: a join did not wait for them, or the flowchart ends.</summary>
    public List<Execution> Canceled => _canceled;

    /// <summary>Plans what follows the completion of a child.</summary>
    /// <param name="state">The run.</param>
    /// <param name="flowchart">The execution of the flowchart.</param>
    /// <param name="child">The child that completed; a join cancels what still runs before it.</param>
    /// <param name="outcomes">Its outcomes; null is the plain completion.</param>
    /// <returns>Null, or what is wrong: an invalid backward connection. What was planned before it stands.</returns>
    public string? Plan(RunState state, Execution flowchart, Execution child, IReadOnlyList<string>? outcomes)
    {
        Begin(state, flowchart, child);
        try
        {
            if (child.Node.Control is FlowJoin)
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

    /// <summary>Plans the end of the flowchart by a terminal child: what is still open is cancelled, which may release joins behind it.</summary>
    public void PlanEnd(RunState state, Execution flowchart, Execution child)
    {
        Begin(state, flowchart, child);
        for (var open = flowchart.FirstChild; open is not null; open = open.NextSibling)
        {
            Cancel(open);
        }

        _counters.EndTrial();
    }

    private void Begin(RunState state, Execution flowchart, Execution child)
    {
        _visits.Clear();
        _scheduled.Clear();
        _canceled.Clear();
        _scheduledJoins.Clear();
        _stack.Clear();
        _state = state;
        _flowchart = flowchart;
        _completed = child;
        _counters = flowchart.Flow!;
        _counters.BeginTrial(_trial);
    }

    // Depth first, as Elsa does it, on a stack of its own: a dead path may be as long as the flowchart.
    private string? Leave(int node, IReadOnlyList<string>? outcomes, bool skipped, bool countNode)
    {
        var bottom = _stack.Count;
        _stack.Push(Enter(node, skipped, countNode));
        while (_stack.Count > bottom)
        {
            var frame = _stack.Pop();
            var outbound = _counters.Graph.Outbound[frame.Node];
            if (frame.Next >= outbound.Length)
            {
                continue;
            }

            var edge = outbound[frame.Next];
            _stack.Push(frame with { Next = frame.Next + 1 });
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
                _stack.Push(Enter(_counters.Graph.Edges[edge].Target, skipped: true, countNode: true));
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
        switch (ModeOf(_flowchart.Node.Children[target]))
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

    private void CancelAncestorsOf(int node)
    {
        // With nothing else open there is nothing to cancel, and the ancestors need not be found.
        if (_flowchart.OpenChildren <= 1)
        {
            return;
        }

        var ancestors = _counters.Graph.AncestorsOf(node);
        for (var child = _flowchart.FirstChild; child is not null; child = child.NextSibling)
        {
            if (ancestors.Contains(child.Node.Position))
            {
                Cancel(child);
            }
        }
    }

    // A cancelled execution counts as visited with nothing followed, so joins behind it go on.
    private void Cancel(Execution child)
    {
        if (child != _completed && child.Status != ExecutionStatus.Pending && !_canceled.Contains(child))
        {
            _canceled.Add(child);
            Leave(child.Node.Position, null, skipped: true, countNode: true);
        }
    }

    private void Book(int visit)
    {
        _visits.Add(visit);
        _counters.Book(visit);
    }

    private JoinMode ModeOf(Node node)
    {
        if (node.Control is not FlowJoin)
        {
            return JoinMode.WaitAllActive;
        }

        return node.Inputs[FlowJoin.Mode.Ordinal] is { } expression
            ? (JoinMode)(expression.Evaluate(_state, _flowchart) ?? JoinMode.WaitAny)
            : JoinMode.WaitAny;
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
