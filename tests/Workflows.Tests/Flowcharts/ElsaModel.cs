using Dag.Workflows.Graph;

namespace Dag.Workflows.Tests.Flowcharts;

/// <summary>
/// The slow, obvious reading of Elsa's run loop: one queue of work items, contexts with statuses, completion callbacks by owner and child,
/// counts of visits by name, inbound connections scanned at each arrival. Nothing is shared with the engine.
/// </summary>
internal sealed partial class ElsaModel
{
    private readonly Part _root;
    private readonly IncidentStrategy _strategy;
    private readonly int _limit;
    private readonly bool _tokens;
    private readonly List<Item> _queue = [];
    private readonly List<(Context Owner, Part Child)> _callbacks = [];
    private readonly List<Context> _contexts = [];
    private readonly Dictionary<string, bool> _variables = [];
    private readonly Dictionary<Part, FlowGraphModel> _graphs = [];
    private int _nextId;
    private bool _finished;
    private Context? _executingJoin;

    private ElsaModel(Part root, IncidentStrategy strategy, int limit, bool tokens) => (_root, _strategy, _limit, _tokens) = (root, strategy, limit, tokens);

    /// <summary>The activities that executed, in order.</summary>
    public List<string> Executed { get; } = [];

    public List<string> Incidents { get; } = [];

    public string Status { get; private set; } = "";

    public static ElsaModel Run(Part root, IncidentStrategy strategy, int limit, bool tokens = false)
    {
        var model = new ElsaModel(root, strategy, limit, tokens);
        model.Run();
        return model;
    }

    private void Run()
    {
        foreach (var variable in _root.All.SelectMany(p => new[] { p.Variable, p.From }).OfType<string>())
        {
            _variables[variable] = true;
        }

        Schedule(_root, null, false);
        Drain();
        while (Status == "Running/Suspended" && _contexts.FirstOrDefault(c => c.Part.Kind is PartKind.Delay or PartKind.Work && c.Status == "Running") is { } waiting)
        {
            Guarded(waiting, () => Answer(waiting));
            Drain();
        }
    }

    private void Drain()
    {
        while (_queue.Count > 0 && Executed.Count < _limit)
        {
            var item = _queue[0];
            _queue.RemoveAt(0);
            var context = new Context(item.Id, item.Part, item.Owner, item.Backward);
            _contexts.Add(context);
            _contexts.Sort((a, b) => a.Id.CompareTo(b.Id));
            Executed.Add(item.Part.Id);
            Guarded(context, () => Execute(context));
        }

        Status = _finished ? $"Finished/{(_contexts.Any(c => c is { Status: "Running", HasFailures: true }) ? "Faulted" : "Finished")}"
            : Incidents.Count > 0 && _strategy == IncidentStrategy.Fault ? "Finished/Faulted"
            : _contexts.All(c => c.Status is "Completed" or "Canceled" or "Failed") ? $"Finished/{(_contexts.Any(c => c is { Owner: null, Status: "Failed" }) ? "Faulted" : "Finished")}"
            : "Running/Suspended";
    }

    private void Guarded(Context context, Action act)
    {
        try
        {
            act();
        }
        catch (ModelFault fault) when (_strategy == IncidentStrategy.Propagate)
        {
            Incidents.Add($"{context.Part.Id}: {fault.Message}");
            Fail(context);
        }
        catch (ModelFault fault)
        {
            // Where a completion fails on its way up, what had completed last is left faulted, and the leaf is blamed.
            (fault.At ?? context).Status = "Faulted";
            Incidents.Add($"{context.Part.Id}: {fault.Message}");
        }
    }

    private void Execute(Context context)
    {
        var part = context.Part;
        switch (part.Kind)
        {
            case PartKind.Line or PartKind.End:
                Complete(context, null);
                break;
            case PartKind.Decision:
                Complete(context, [Condition(part) ? "True" : "False"]);
                break;
            case PartKind.FlowFork:
                Complete(context, [.. part.Branches]);
                break;
            case PartKind.Join:
                if (context.Owner is { Part.Kind: PartKind.Flowchart })
                {
                    _executingJoin = context;
                    CancelAncestors(context.Owner, part);
                    _executingJoin = null;
                }

                Complete(context, null);
                break;
            case PartKind.Delay or PartKind.Work:
                break;
            case PartKind.Break:
                Break(context);
                Complete(context, null);
                break;
            case PartKind.Finish:
                _callbacks.Clear();
                _queue.Clear();
                _finished = true;
                context.Status = "Completed";
                break;
            case PartKind.Fault:
                throw new ModelFault($"boom {part.Id}");
            case PartKind.SetVariable:
                _variables[part.Variable!] = part.From is not null && _variables[part.From];
                Complete(context, null);
                break;
            case PartKind.Flowchart:
                var start = FlowGraphModel.StartOf(part.Children.Count, part.Edges);
                ScheduleOrComplete(context, start < 0 ? null : part.Children[start]);
                break;
            case PartKind.Sequence:
                ScheduleOrComplete(context, part.Children.FirstOrDefault());
                break;
            case PartKind.Parallel or PartKind.Fork:
                foreach (var child in part.Children)
                {
                    Schedule(child, context, false);
                }

                if (part.Children.Count == 0)
                {
                    Complete(context, null);
                }

                break;
            case PartKind.If:
                ScheduleOrComplete(context, part.Children.ElementAtOrDefault(part.Number != 0 ? 0 : 1));
                break;
            case PartKind.ForEach or PartKind.For:
                ScheduleOrComplete(context, part.Number > 0 ? part.Children[0] : null);
                break;
        }
    }

    private void Answer(Context waiting)
    {
        if (waiting.Part is not { Kind: PartKind.Work, Number: > 0 })
        {
            Complete(waiting, null);
        }
        else if (waiting.Owner is { Part.Kind: PartKind.Flowchart } owner && owner.Part.Edges.Any(e => owner.Part.Children[e.Source] == waiting.Part && e.Port == "Failed"))
        {
            Complete(waiting, ["Failed"]);
        }
        else
        {
            throw new ModelFault("attempt 1 failed");
        }
    }

    private void ChildCompleted(Context owner, Context child, string[]? outcomes)
    {
        owner.Done++;
        switch (owner.Part.Kind)
        {
            case PartKind.Flowchart:
                FlowchartChildCompleted(owner, child, outcomes);
                break;
            case PartKind.Sequence:
                ScheduleOrComplete(owner, owner.Breaking || child.Part.IsTerminal ? null : owner.Part.Children.ElementAtOrDefault(owner.Done));
                break;
            case PartKind.Fork when owner.Breaking || owner.Part.Number == 0:
                Complete(owner, null);
                break;
            case PartKind.Parallel or PartKind.Fork:
                if (owner.Done == owner.Part.Children.Count)
                {
                    End(owner);
                }

                break;
            case PartKind.ForEach or PartKind.For:
                ScheduleOrComplete(owner, owner.Breaking || owner.Done >= owner.Part.Number ? null : owner.Part.Children[0]);
                break;
            default:
                Complete(owner, null);
                break;
        }
    }

    private bool Condition(Part part) => part.Variable is null ? part.Number != 0 : _variables[part.Variable];

    private void Schedule(Part part, Context? owner, bool backward)
    {
        _queue.Add(new Item(++_nextId, part, owner, backward));
        if (owner is not null)
        {
            _callbacks.Add((owner, part));
        }
    }

    private void ScheduleOrComplete(Context owner, Part? child)
    {
        if (child is null)
        {
            Complete(owner, null);
        }
        else
        {
            Schedule(child, owner, false);
        }
    }

    private void Complete(Context context, string[]? outcomes)
    {
        if (context.Status != "Running")
        {
            return;
        }

        context.IsEnding = true;
        CancelChildren(context);
        context.Status = "Completed";
        if (context.Owner is { } owner && _callbacks.Remove((owner, context.Part)))
        {
            try
            {
                ChildCompleted(owner, context, outcomes);
            }
            catch (ModelFault fault) when (_strategy == IncidentStrategy.Propagate)
            {
                Incidents.Add($"{owner.Part.Id}: {fault.Message}");
                Fail(owner);
            }
            catch (ModelFault fault)
            {
                fault.At ??= context;
                throw;
            }
        }

        _callbacks.RemoveAll(c => c.Owner == context);
    }

    private void CancelChildren(Context context)
    {
        foreach (var child in _contexts.Where(c => c.Owner == context).ToList())
        {
            Cancel(child);
        }
    }

    // A flowchart whose child is cancelled takes its connections as visited and not followed. What the cancelled has queued still runs.
    private void Cancel(Context context)
    {
        if (context.Status is "Completed" or "Canceled" or "Failed")
        {
            return;
        }

        if (_tokens)
        {
            CancelWithTokens(context);
            return;
        }

        context.Status = "Canceled";
        _callbacks.RemoveAll(c => c.Owner == context);
        foreach (var child in _contexts.Where(c => c.Owner == context).ToList())
        {
            Cancel(child);
        }

        if (context.Owner is { Part.Kind: PartKind.Flowchart, Status: "Running", IsFailing: false } flowchart)
        {
            Leave(flowchart, context.Part, [], countVisit: true);
        }
    }

    private void Break(Context context)
    {
        for (var ancestor = context.Owner; ancestor is not null; ancestor = ancestor.Owner)
        {
            switch (ancestor.Part.Kind)
            {
                case PartKind.Sequence or PartKind.Fork:
                    ancestor.Breaking = true;
                    break;
                case PartKind.ForEach or PartKind.For:
                    ancestor.Breaking = true;
                    return;
            }
        }
    }

    private void FlowchartChildCompleted(Context flowchart, Context child, string[]? outcomes)
    {
        if (_tokens)
        {
            TokensMoveOn(flowchart, child, outcomes);
            return;
        }

        if (child.Part.IsTerminal)
        {
            CancelChildren(flowchart);
            End(flowchart);
            return;
        }

        if (!Leave(flowchart, child.Part, outcomes, countVisit: !child.Backward) && !HasPendingWork(flowchart)
            && !_contexts.Any(c => c.Owner == flowchart && c.Status == "Faulted"))
        {
            End(flowchart);
        }
    }

    private bool HasPendingWork(Context flowchart) =>
        _contexts.Any(c => c.Owner == flowchart && c.Status == "Running") || _queue.Any(i => i.Owner == flowchart || (IsUnder(i.Owner, flowchart) && !IsAbandoned(i.Owner)));

    // What a cancelled container has queued is waited for by nobody.
    private static bool IsAbandoned(Context? owner) => owner is { Status: "Canceled" } or { IsAbandoned: true };

    private static bool IsUnder(Context? context, Context ancestor)
    {
        for (; context is not null; context = context.Owner)
        {
            if (context == ancestor)
            {
                return true;
            }
        }

        return false;
    }

    // No outcomes at all mean that the activity is skipped; null is the plain completion.
    private bool Leave(Context flowchart, Part activity, string[]? outcomes, bool countVisit, bool hasFailed = false)
    {
        var graph = GraphOf(flowchart.Part);
        var scheduled = false;
        if (countVisit)
        {
            flowchart.NodeVisits[activity] = flowchart.NodeVisits.GetValueOrDefault(activity) + 1;
        }

        foreach (var edge in graph.Edges.Where(e => flowchart.Part.Children[e.Source] == activity))
        {
            var followed = !hasFailed && (outcomes is null ? edge.Port is null or "Done" : outcomes.Contains(edge.Port));
            flowchart.EdgeVisits[edge] = flowchart.EdgeVisits.GetValueOrDefault(edge) + 1;
            flowchart.LastFollowed[edge] = followed;
            flowchart.LastFailed[edge] = hasFailed;
            var target = flowchart.Part.Children[edge.Target];
            if (graph.Forward.Contains(edge))
            {
                scheduled |= Arrive(flowchart, graph, edge, target);
            }
            else if (followed)
            {
                if (!graph.IsValidBackward(edge))
                {
                    throw new ModelFault($"Invalid backward connection: Every path from the source ('{activity.Id}') must go through the target ('{target.Id}') when tracing back to the start.");
                }

                Schedule(target, flowchart, backward: true);
                scheduled = true;
            }
        }

        return scheduled;
    }

    private bool Arrive(Context flowchart, FlowGraphModel graph, (int Source, string? Port, int Target) edge, Part target)
    {
        var inbound = graph.Forward.Where(e => e.Target == edge.Target).ToList();
        var visits = flowchart.NodeVisits.GetValueOrDefault(target);
        var counts = inbound.Select(e => flowchart.EdgeVisits.GetValueOrDefault(e)).ToList();
        var most = counts.Max();
        var allVisited = counts.Min() > visits;
        var latest = inbound.Where((_, i) => counts[i] == most).Where(e => flowchart.LastFollowed.GetValueOrDefault(e)).ToList();
        var anyFollowed = most > visits && latest.Count > 0;
        var allFollowed = most > visits && latest.Count == inbound.Count;
        var anyFailed = most > visits && inbound.Where((_, i) => counts[i] == most).Any(e => flowchart.LastFailed.GetValueOrDefault(e));
        switch (target.Kind == PartKind.Join ? target.Modes[target.Number] : "WaitAllActive")
        {
            case "WaitAny":
                // A join that is executing counts as queued: cancelling the branches before it does not run it twice.
                if (flowchart.EdgeVisits[edge] <= visits || _queue.Any(i => i.Owner == flowchart && i.Part == target)
                    || (_executingJoin?.Owner == flowchart && _executingJoin.Part == target))
                {
                    return false;
                }

                if (anyFollowed)
                {
                    Schedule(target, flowchart, backward: false);
                    CancelAncestors(flowchart, target);
                    return true;
                }

                return allVisited && ScheduleOrSkip(flowchart, target, false, anyFailed);
            case "WaitAll":
                return allVisited && ScheduleOrSkip(flowchart, target, allFollowed && !anyFailed, anyFailed);
            default:
                return allVisited && (_strategy == IncidentStrategy.Propagate
                    ? ScheduleByRule(flowchart, target, anyFollowed, anyFailed)
                    : ScheduleOrSkip(flowchart, target, anyFollowed, anyFailed));
        }
    }

    private bool ScheduleOrSkip(Context flowchart, Part target, bool schedule, bool isUpstreamFailed)
    {
        if (!schedule)
        {
            return isUpstreamFailed ? UpstreamFail(flowchart, target) : Leave(flowchart, target, [], countVisit: true);
        }

        Schedule(target, flowchart, backward: false);
        return true;
    }

    private void CancelAncestors(Context flowchart, Part join)
    {
        var ancestors = GraphOf(flowchart.Part).AncestorsOf(flowchart.Part.Children.ToList().IndexOf(join));
        foreach (var context in _contexts.Where(c => c.Owner == flowchart && ancestors.Any(a => flowchart.Part.Children[a] == c.Part)).ToList())
        {
            Cancel(context);
        }
    }

    private FlowGraphModel GraphOf(Part flowchart) => _graphs.TryGetValue(flowchart, out var graph)
        ? graph
        : _graphs[flowchart] = new FlowGraphModel(flowchart.Edges, FlowGraphModel.StartOf(flowchart.Children.Count, flowchart.Edges));

    private sealed record Item(int Id, Part Part, Context? Owner, bool Backward);

    private sealed class Context(int id, Part part, Context? owner, bool backward)
    {
        public int Id { get; } = id;

        public Part Part { get; } = part;

        public Context? Owner { get; } = owner;

        public bool Backward { get; } = backward;

        public bool IsAbandoned { get; } = ElsaModel.IsAbandoned(owner);

        public string Status { get; set; } = "Running";

        public int Done { get; set; }

        public bool Breaking { get; set; }

        /// <summary>Whether something in it has failed that nothing after it takes up.</summary>
        public bool HasFailures { get; set; }

        public Dictionary<(int, string?, int), bool> LastFailed { get; } = [];

        /// <summary>Whether it is about to complete or to be cancelled, and does not complete by itself any more.</summary>
        public bool IsEnding { get; set; }

        /// <summary>Whether it is about to fail: what is cancelled in it then releases nothing.</summary>
        public bool IsFailing { get; set; }

        public List<Token> Tokens { get; } = [];

        public Dictionary<Part, int> NodeVisits { get; } = new(ReferenceEqualityComparer.Instance);

        public Dictionary<(int, string?, int), int> EdgeVisits { get; } = [];

        public Dictionary<(int, string?, int), bool> LastFollowed { get; } = [];
    }

    private sealed class ModelFault(string message) : Exception(message)
    {
        public Context? At { get; set; }
    }
}
