using Dag.Workflows.Runs;

namespace Dag.Workflows.Flowcharts;

/// <summary>Plans in counter mode: wait for all active branches, with dead paths skipped.</summary>
internal sealed class CounterPlanner : FlowPlanner
{
    private readonly FlowTrial _trial = new();
    private readonly List<int> _visits = [];
    private readonly HashSet<int> _scheduledJoins = [];
    private readonly Stack<Frame> _stack = new();
    private FlowCounters _counters = null!;

    public override string? Plan(Step step, Execution child, IReadOnlyList<string>? outcomes)
    {
        Begin(step, child);
        try
        {
            if (child.Node.Control is FlowJoin)
            {
                CancelAncestorsOf(child.Node.Position);
            }

            var error = Leave(child.Node.Position, outcomes, skipped: false, countNode: !child.ByBackwardEdge);
            IsOver = error is null && NothingIsOpen();
            return error;
        }
        finally
        {
            _counters.EndTrial();
        }
    }

    // What is still open is cancelled, which may release joins behind it.
    public override void PlanEnd(Step step, Execution child)
    {
        Begin(step, child);
        for (var open = Flowchart.FirstChild; open is not null; open = open.NextSibling)
        {
            Cancel(open);
        }

        _counters.EndTrial();
        IsOver = true;
    }

    public override void Record(Step step) => step.Visit(_visits);

    protected override void Begin(Step step, Execution child)
    {
        base.Begin(step, child);
        _visits.Clear();
        _scheduledJoins.Clear();
        _stack.Clear();
        _counters = (FlowCounters)Flowchart.Flow!;
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

        Scheduled.Add((target, true));
        return null;
    }

    private Arrival Arrive(int edge)
    {
        var target = _counters.Graph.Edges[edge].Target;
        var node = Flowchart.Node.Children[target];
        switch (node.Control is FlowJoin ? ModeOf(node) : JoinMode.WaitAllActive)
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
            Scheduled.Add((target, false));
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

        Scheduled.Add((target, false));
        return Arrival.Schedule;
    }

    // A cancelled execution counts as visited with nothing followed, so joins behind it go on.
    protected override void OnCanceled(Execution child) => Leave(child.Node.Position, null, skipped: true, countNode: true);

    private void Book(int visit)
    {
        _visits.Add(visit);
        _counters.Book(visit);
    }

    private string IdOf(int position) => Flowchart.Node.Children[position].Id;

    private readonly record struct Frame(int Node, int Next, bool Skipped);

    private enum Arrival
    {
        Wait,
        Schedule,
        Skip,
    }
}
