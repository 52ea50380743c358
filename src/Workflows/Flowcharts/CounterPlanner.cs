using Dag.Workflows.Graph;
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

            var error = Leave(child.Node.Position, outcomes, Ending.Completed, countNode: !child.ByBackwardEdge);
            IsOver = error is null && NothingIsOpen();
            return error;
        }
        finally
        {
            _counters.EndTrial();
        }
    }

    public override void PlanFailure(Step step, Execution child)
    {
        Begin(step, child);
        NoteFailure(child.Node.Position, isUpstream: false);
        Leave(child.Node.Position, null, Ending.Failed, countNode: !child.ByBackwardEdge);
        IsOver = NothingIsOpen();
        _counters.EndTrial();
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
    private string? Leave(int node, IReadOnlyList<string>? outcomes, Ending ending, bool countNode)
    {
        var bottom = _stack.Count;
        _stack.Push(Enter(node, ending, countNode));
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
            var state = StateOf(frame.Ending, outcomes, edge);
            Book(FlowVisit.OfEdge(edge, state));
            if (!_counters.Graph.IsForward[edge])
            {
                if (state == EdgeState.Followed && FollowBackward(edge) is { } error)
                {
                    return error;
                }
            }
            else if (Arrive(edge) is { } decision)
            {
                Take(_counters.Graph.Edges[edge].Target, decision);
            }
        }

        return null;
    }

    private EdgeState StateOf(Ending ending, IReadOnlyList<string>? outcomes, int edge) => ending switch
    {
        Ending.Failed => EdgeState.Failed,
        Ending.Completed when Follows(outcomes, _counters.Graph.Edges[edge].Port) => EdgeState.Followed,
        _ => EdgeState.NotFollowed,
    };

    private void Take(int node, RunDecision decision)
    {
        switch (decision)
        {
            case RunDecision.Run:
                Scheduled.Add((node, false));
                break;
            case RunDecision.Skip:
                _stack.Push(Enter(node, Ending.Skipped, countNode: true));
                break;
            case RunDecision.UpstreamFailed:
                NoteFailure(node, isUpstream: true);
                _stack.Push(Enter(node, Ending.Failed, countNode: true));
                break;
        }
    }

    private Frame Enter(int node, Ending ending, bool countNode)
    {
        if (countNode)
        {
            Book(FlowVisit.OfNode(node));
        }

        return new Frame(node, 0, ending);
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

    // Null: it waits for other connections, or has been answered already.
    private RunDecision? Arrive(int edge)
    {
        var target = _counters.Graph.Edges[edge].Target;
        var node = Flowchart.Node.Children[target];
        var mode = node.Control is FlowJoin ? ModeOf(node) : JoinMode.WaitAllActive;
        if (mode == JoinMode.WaitAny)
        {
            return ArriveAtWaitAny(edge, target);
        }

        if (!_counters.AllInboundVisited(target))
        {
            return null;
        }

        var failed = _counters.AnyInboundFailed(target);
        return mode == JoinMode.WaitAll
            ? RunWhenRules.Decide(RunWhen.AllSucceeded, _counters.AllInboundFollowed(target), failed)
            : RunWhenRules.Decide(RuleOf(node, failed), _counters.AnyInboundFollowed(target), failed);
    }

    // On a dead path in a loop nothing runs, whatever its rule: the loop would never end.
    private RunWhen RuleOf(Node node, bool failed) =>
        !Propagates || (node.Work.RunWhen is RunWhen.Always or RunWhen.NoneFailed && !failed && _counters.Graph.IsInLoop(node.Position))
            ? RunWhen.AllSucceeded
            : node.Work.RunWhen;

    private RunDecision? ArriveAtWaitAny(int edge, int target)
    {
        if (_counters.IsAnswered(edge) || _counters.QueuedOf(target) > 0 || _scheduledJoins.Contains(target))
        {
            return null;
        }

        if (_counters.AnyInboundFollowed(target))
        {
            // Queued before the others are cancelled: what that releases comes after it.
            _scheduledJoins.Add(target);
            Scheduled.Add((target, false));
            CancelAncestorsOf(target);
            return null;
        }

        return _counters.AllInboundVisited(target) ? RunWhenRules.Decide(RunWhen.AllSucceeded, followed: false, _counters.AnyInboundFailed(target)) : null;
    }

    // A cancelled execution counts as visited with nothing followed, so joins behind it go on.
    protected override void OnCanceled(Execution child) => Leave(child.Node.Position, null, Ending.Skipped, countNode: true);

    private void Book(int visit)
    {
        _visits.Add(visit);
        _counters.Book(visit);
    }

    private string IdOf(int position) => Flowchart.Node.Children[position].Id;

    private readonly record struct Frame(int Node, int Next, Ending Ending);

    /// <summary>How an activity is left.</summary>
    private enum Ending
    {
        Completed,
        Skipped,
        Failed,
    }
}
