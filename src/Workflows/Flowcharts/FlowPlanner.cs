using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Flowcharts;

/// <summary>
/// Plans what follows in a flowchart when one of its activities completes. It looks ahead on the flowchart's progress and takes its looking
/// back, so that from outside it only reads; the plan that it leaves is what the fold books.
/// </summary>
internal abstract class FlowPlanner
{
    [ThreadStatic]
    private static CounterPlanner? s_counters;

    [ThreadStatic]
    private static TokenPlanner? s_tokens;

    private readonly List<(int Node, bool ByBackwardEdge)> _scheduled = [];
    private readonly List<Execution> _canceled = [];
    private readonly List<int> _upstreamFailed = [];
    private Execution _completed = null!;
    private int _failures;

    /// <summary>The activities to schedule, by position, in order.</summary>
    public List<(int Node, bool ByBackwardEdge)> Scheduled => _scheduled;

    /// <summary>The executions to cancel: a join did not wait for them, or the flowchart ends.</summary>
    public List<Execution> Canceled => _canceled;

    /// <summary>Whether the flowchart completes with this plan.</summary>
    public bool IsOver { get; protected set; }

    /// <summary>Whether it is then failed: nothing has taken up what failed in it.</summary>
    public bool Fails => Flowchart.Flow!.Failures > 0 || _failures > 0;

    /// <summary>The activities that do not run because something before them has failed, by position, in order.</summary>
    public List<int> UpstreamFailed => _upstreamFailed;

    /// <summary>The modes that scripts have said of joins; null for none.</summary>
    public IReadOnlyDictionary<Node, JoinMode>? KnownModes { get; set; }

    /// <summary>A join that the plan came upon, whose mode a script must say before the plan is any good; null when there is none.</summary>
    public Node? JoinInQuestion { get; private set; }

    /// <summary>Whether it completes before what is scheduled is queued, and goes on all the same.</summary>
    public virtual bool IsOverAhead => false;

    /// <summary>The execution of the flowchart.</summary>
    protected Execution Flowchart { get; private set; } = null!;

    /// <summary>The child that completed.</summary>
    protected Execution Completed => _completed;

    private RunState State { get; set; } = null!;

    /// <summary>
    /// The thread's planner for a flowchart, by the mode that its run was started in: a plan is made and taken without leaving the thread,
    /// so its lists can serve all runs.
    /// </summary>
    public static FlowPlanner For(Execution flowchart) =>
        flowchart.Flow is FlowTokens ? s_tokens ??= new TokenPlanner() : s_counters ??= new CounterPlanner();

    /// <summary>Plans what follows the completion of a child.</summary>
    /// <param name="step">What is being decided.</param>
    /// <param name="child">The child that completed; a join cancels what still runs before it.</param>
    /// <param name="outcomes">Its outcomes; null is the plain completion.</param>
    /// <returns>Null, or what is wrong: an invalid backward connection. What was planned before it stands.</returns>
    public abstract string? Plan(Step step, Execution child, IReadOnlyList<string>? outcomes);

    /// <summary>Plans what follows the failure of a child, under Dag.Propagate.</summary>
    /// <param name="step">What is being decided.</param>
    /// <param name="child">The child that failed.</param>
    public abstract void PlanFailure(Step step, Execution child);

    /// <summary>Plans the end of the flowchart by a terminal child.</summary>
    public abstract void PlanEnd(Step step, Execution child);

    /// <summary>Says in the step how the flowchart has moved on.</summary>
    public abstract void Record(Step step);

    protected virtual void Begin(Step step, Execution child)
    {
        _scheduled.Clear();
        _canceled.Clear();
        _upstreamFailed.Clear();
        _failures = 0;
        IsOver = false;
        JoinInQuestion = null;
        State = step.State;
        Flowchart = step.Execution;
        _completed = child;
    }

    /// <summary>What else happens when a child is cancelled, which is in <see cref="Canceled"/> already.</summary>
    protected abstract void OnCanceled(Execution child);

    /// <summary>Notes that a child has failed, or that one is upstream-failed.</summary>
    protected void NoteFailure(int node, bool isUpstream)
    {
        _failures += Flowchart.Flow!.IsTakenUp(node) ? 0 : 1;
        if (isUpstream)
        {
            _upstreamFailed.Add(node);
        }
    }

    /// <summary>Whether failures go along the connections in this run.</summary>
    protected bool Propagates => State.Graph.Strategy == IncidentStrategy.Propagate;

    protected void CancelAncestorsOf(int node)
    {
        // With nothing else begun there is nothing to cancel, and the ancestors need not be found.
        var flow = Flowchart.Flow!;
        if (Flowchart.OpenChildren - flow.QueuedCount <= (_completed.Status == ExecutionStatus.Pending ? 0 : 1))
        {
            return;
        }

        var ancestors = flow.Graph.AncestorsOf(node);
        for (var child = Flowchart.FirstChild; child is not null; child = child.NextSibling)
        {
            if (ancestors[child.Node.Position])
            {
                Cancel(child);
            }
        }
    }

    protected void Cancel(Execution child)
    {
        if (child != _completed && child.Status != ExecutionStatus.Pending && !_canceled.Contains(child))
        {
            _canceled.Add(child);
            OnCanceled(child);
        }
    }

    /// <summary>
    /// Whether nothing in the flowchart runs, is queued or has faulted. The child that has just completed is still counted as open (and as
    /// queued, if it is over at once), and so are the cancelled.
    /// </summary>
    protected bool NothingIsOpen()
    {
        var stillQueued = _completed is { Status: ExecutionStatus.Pending, IsOrphaned: true, IsAbandoned: false } ? 1 : 0;
        return _scheduled.Count == 0 && Flowchart.OpenChildren - 1 - _canceled.Count <= 0
            && Flowchart.QueuedOrphans - stillQueued <= 0 && !HasQueued(_completed);
    }

    protected JoinMode ModeOf(Node join)
    {
        var expression = join.Inputs[FlowJoin.Mode.Ordinal];
        if (expression is { IsScript: true })
        {
            if (KnownModes?.TryGetValue(join, out var known) == true)
            {
                return known;
            }

            JoinInQuestion ??= join;
            return JoinMode.WaitAny;
        }

        return (JoinMode)(expression?.Evaluate(State, Flowchart) ?? JoinMode.WaitAny);
    }

    protected static bool Follows(IReadOnlyList<string>? outcomes, string? port)
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

    // What a container leaves in the queue when it completes still runs, and the flowchart waits for it.
    private static bool HasQueued(Execution container)
    {
        for (var child = container.FirstChild; child is not null; child = child.NextSibling)
        {
            if (child.Status == ExecutionStatus.Pending && !child.IsAbandoned)
            {
                return true;
            }
        }

        return false;
    }
}
