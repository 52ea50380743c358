namespace Dag.Workflows.Tests.Flowcharts;

/// <summary>Token mode: a list of tokens for each flowchart, looked through from its beginning whenever something is asked of it.</summary>
internal sealed partial class ElsaModel
{
    private void TokensMoveOn(Context flowchart, Context child, string[]? outcomes)
    {
        var tokens = flowchart.Tokens;
        if (child.Part.IsTerminal)
        {
            tokens.Clear();
            End(flowchart);
            return;
        }

        var graph = GraphOf(flowchart.Part);
        var parts = flowchart.Part.Children;
        var active = graph.Edges.Where(e => parts[e.Source] == child.Part && (outcomes is null ? e.Port is null or "Done" : outcomes.Contains(e.Port))).ToList();
        tokens.AddRange(active.Select(e => new Token(child.Part, e.Port, parts[e.Target])));
        foreach (var token in tokens.Where(t => t.To == child.Part && t is { Consumed: false, Blocked: false }))
        {
            token.Consumed = true;
        }

        foreach (var edge in active)
        {
            Arrive(flowchart, graph, edge);
        }

        if (!HasPendingWork(flowchart) && (flowchart.HasFailures || !tokens.Any(t => t is { Consumed: false, Blocked: false })) && !HasFaulted(flowchart))
        {
            tokens.Clear();
            End(flowchart);
        }

        tokens.RemoveAll(t => t.To == child.Part && t.Consumed);
    }

    private void Arrive(Context flowchart, FlowGraphModel graph, (int Source, string? Port, int Target) edge)
    {
        var parts = flowchart.Part.Children;
        var target = parts[edge.Target];
        var inbound = graph.Forward.Where(e => e.Target == edge.Target).ToList();
        switch (target.Kind == PartKind.Join ? target.Modes[target.Number] == "WaitAny" ? "race" : "merge" : target.Merge?.ToLowerInvariant())
        {
            case "race":
                CancelAncestors(flowchart, target);
                goto case "cascade";
            case "cascade":
                if (flowchart.Tokens.FirstOrDefault(t => t.From == parts[edge.Source] && t.Port == edge.Port && t.To == target && t.Blocked) is { } block)
                {
                    block.Consumed = true;
                    break;
                }

                Schedule(target, flowchart, false);
                flowchart.Tokens.AddRange(inbound.Where(e => e.Source != edge.Source).Select(e => new Token(parts[e.Source], e.Port, target) { Blocked = true }));
                break;
            case "merge":
                ScheduleIf(inbound.Count <= 1 || inbound.All(e => HasToken(flowchart, e)), flowchart, target);
                break;
            case "converge":
                var all = graph.Edges.Where(e => e.Target == edge.Target).ToList();
                ScheduleIf(all.Count <= 1 || all.All(e => HasToken(flowchart, e)), flowchart, target);
                break;
            default:
                ScheduleIf(!inbound.Any(e => flowchart.Tokens.Any(t => t is { Consumed: false, Blocked: false } && t.To == parts[e.Source])), flowchart, target);
                break;
        }
    }

    private static bool HasToken(Context flowchart, (int Source, string? Port, int Target) edge) => flowchart.Tokens.Any(t =>
        t is { Consumed: false, Blocked: false } && t.From == flowchart.Part.Children[edge.Source] && t.To == flowchart.Part.Children[edge.Target] && t.Port == edge.Port);

    private void ScheduleIf(bool schedules, Context flowchart, Part target)
    {
        if (schedules)
        {
            Schedule(target, flowchart, false);
        }
    }

    // What is above the cancelled hears of it; a flowchart that has nothing else open is then over, whatever tokens it holds.
    private void CancelWithTokens(Context context)
    {
        context.IsEnding = true;
        foreach (var child in _contexts.Where(c => c.Owner == context).ToList())
        {
            Cancel(child);
        }

        context.Status = "Canceled";
        _callbacks.RemoveAll(c => c.Owner == context);
        for (var above = context.Owner; above is not null; above = above.Owner)
        {
            if (above.Part.Kind == PartKind.Flowchart)
            {
                above.Tokens.RemoveAll(t => t.From == context.Part || t.To == context.Part);
                if (!above.IsEnding && !above.HasFailures && !HasPendingWork(above) && !HasFaulted(above))
                {
                    Complete(above, null);
                }
            }
        }
    }

    private bool HasFaulted(Context flowchart) => _contexts.Any(c => c.Owner == flowchart && c.Status == "Faulted");

    private sealed record Token(Part From, string? Port, Part To)
    {
        public bool Blocked { get; init; }

        public bool Consumed { get; set; }
    }
}
