using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Flowcharts;

/// <summary>
/// Plans in token mode: a token for each connection that is followed, and each target's merge mode decides whether it runs.
/// </summary>
internal sealed class TokenPlanner : FlowPlanner
{
    private readonly List<(int Edge, FlowTokens.EdgeTokens Before)> _trial = [];
    private readonly List<int> _moves = [];
    private FlowTokens _tokens = null!;
    private bool _races;

    // Where a race cancels the last that was open, the flowchart is over before the winner is queued, as in Elsa.
    public override bool IsOverAhead => IsOver && Scheduled.Count > 0;

    public override string? Plan(Step step, Execution child, IReadOnlyList<string>? outcomes)
    {
        Begin(step, child);
        try
        {
            var node = child.Node.Position;
            if (child.Node.Control is FlowJoin)
            {
                CancelAncestorsOf(node);
            }

            var outbound = _tokens.Graph.Outbound[node];
            foreach (var edge in outbound)
            {
                if (Follows(outcomes, _tokens.Graph.Edges[edge].Port))
                {
                    Move(TokenMoveKind.Emit, edge);
                }
            }

            Move(TokenMoveKind.Consume, node);
            foreach (var edge in outbound)
            {
                if (Follows(outcomes, _tokens.Graph.Edges[edge].Port))
                {
                    Arrive(edge);
                }
            }

            IsOver |= NothingIsOpen() && (_tokens.Laden == 0 || step.IsAhead || _tokens.Failures > 0);
            return null;
        }
        finally
        {
            _tokens.EndTrial();
        }
    }

    // No token tells of a failure: nothing follows it, what waits for it waits in vain, and the flowchart fails when nothing is open.
    public override void PlanFailure(Step step, Execution child)
    {
        Begin(step, child);
        NoteFailure(child.Node.Position, isUpstream: false);
        Move(TokenMoveKind.Consume, child.Node.Position);
        IsOver = NothingIsOpen();
        _tokens.EndTrial();
    }

    public override void PlanEnd(Step step, Execution child)
    {
        Begin(step, child);
        if (!Flowchart.IsOpen)
        {
            Move(TokenMoveKind.Clear, 0);
        }

        _tokens.EndTrial();
        IsOver = true;
    }

    public override void Record(Step step) => step.MoveTokens(_moves);

    protected override void Begin(Step step, Execution child)
    {
        base.Begin(step, child);
        _moves.Clear();
        _races = false;
        _tokens = (FlowTokens)Flowchart.Flow!;
        _tokens.BeginTrial(_trial);
    }

    protected override void OnCanceled(Execution child)
    {
        Move(TokenMoveKind.Drop, child.Node.Position);
        IsOver |= _races && !Fails && NothingIsOpen();
    }

    private void Arrive(int edge)
    {
        var target = _tokens.Graph.Edges[edge].Target;
        switch (MergeModeOf(Flowchart.Node.Children[target]))
        {
            case MergeMode.Race:
                _races = true;
                CancelAncestorsOf(target);
                _races = false;
                RunFirst(edge, target);
                break;
            case MergeMode.Cascade:
                RunFirst(edge, target);
                break;
            case MergeMode.Merge:
                ScheduleIf(_tokens.IsMerged(target), target);
                break;
            case MergeMode.Converge:
                ScheduleIf(_tokens.IsConverged(target), target);
                break;
            default:
                ScheduleIf(!_tokens.IsExpected(target), target);
                break;
        }
    }

    private void RunFirst(int edge, int target)
    {
        if (_tokens.IsBlocked(edge))
        {
            Move(TokenMoveKind.Pass, edge);
            return;
        }

        ScheduleIf(true, target);
        foreach (var other in _tokens.Graph.ForwardInbound[target])
        {
            if (_tokens.Graph.Edges[other].Source != Completed.Node.Position)
            {
                Move(TokenMoveKind.Block, other);
            }
        }
    }

    private void ScheduleIf(bool runs, int target)
    {
        if (runs)
        {
            Scheduled.Add((target, false));
        }
    }

    private void Move(TokenMoveKind kind, int position)
    {
        var move = TokenMove.Of(kind, position);
        _moves.Add(move);
        _tokens.Book(move);
    }

    private MergeMode MergeModeOf(Node node) => node.Control is not FlowJoin
        ? ((FlowchartShape)Flowchart.Node.Compiled!).MergeModes[node.Position]
        : ModeOf(node) == JoinMode.WaitAny ? MergeMode.Race : MergeMode.Merge;
}
