namespace Dag.Workflows.Tests.Flowcharts;

/// <summary>Dag.Propagate: failures go along connections, and up through containers.</summary>
internal sealed partial class ElsaModel
{
    /// <summary>The activities that did not run because something before them had failed, in order.</summary>
    public List<string> UpstreamFailed { get; } = [];

    private void End(Context context)
    {
        if (context.HasFailures)
        {
            Fail(context);
        }
        else
        {
            Complete(context, null);
        }
    }

    private void Fail(Context context)
    {
        if (context.Status != "Running")
        {
            return;
        }

        context.IsEnding = context.IsFailing = true;
        CancelChildren(context);
        context.Status = "Failed";
        if (context.Owner is { } owner && _callbacks.Remove((owner, context.Part)))
        {
            ChildFailed(owner, context);
        }

        _callbacks.RemoveAll(c => c.Owner == context);
    }

    private void ChildFailed(Context owner, Context child)
    {
        owner.Done++;
        switch (owner.Part.Kind)
        {
            case PartKind.Flowchart:
                NoteFailure(owner, child.Part);
                var scheduled = !_tokens && Leave(owner, child.Part, null, countVisit: !child.Backward, hasFailed: true);
                foreach (var token in owner.Tokens.Where(t => t.To == child.Part && !t.Blocked))
                {
                    token.Consumed = true;
                }

                owner.Tokens.RemoveAll(t => t.To == child.Part && t.Consumed);
                if (!scheduled && !HasPendingWork(owner))
                {
                    End(owner);
                }

                break;
            case PartKind.Parallel or PartKind.Fork:
                owner.HasFailures = true;
                if (owner.Done == owner.Part.Children.Count)
                {
                    Fail(owner);
                }

                break;
            default:
                Fail(owner);
                break;
        }
    }

    private void NoteFailure(Context flowchart, Part part) =>
        flowchart.HasFailures |= _tokens || !GraphOf(flowchart.Part).Forward.Any(e => flowchart.Part.Children[e.Source] == part);

    private bool UpstreamFail(Context flowchart, Part target)
    {
        UpstreamFailed.Add(target.Id);
        NoteFailure(flowchart, target);
        return Leave(flowchart, target, null, countVisit: true, hasFailed: true);
    }

    private bool ScheduleByRule(Context flowchart, Part target, bool followed, bool failed) => (target.Kind == PartKind.Join ? null : target.RunWhen) switch
    {
        "always" => ScheduleOrSkip(flowchart, target, followed || failed || !GraphOf(flowchart.Part).IsInLoop(flowchart.Part.Children.ToList().IndexOf(target)), false),
        "allDone" => ScheduleOrSkip(flowchart, target, followed || failed, false),
        "oneFailed" => ScheduleOrSkip(flowchart, target, failed, false),
        "allFailed" => ScheduleOrSkip(flowchart, target, failed && !followed, false),
        "oneSucceeded" => ScheduleOrSkip(flowchart, target, followed, failed),
        "noneFailed" => ScheduleOrSkip(flowchart, target, !failed && (followed || !GraphOf(flowchart.Part).IsInLoop(flowchart.Part.Children.ToList().IndexOf(target))), failed),
        _ => ScheduleOrSkip(flowchart, target, followed && !failed, failed),
    };
}
