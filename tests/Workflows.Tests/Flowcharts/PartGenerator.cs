namespace Dag.Workflows.Tests.Flowcharts;

/// <summary>
/// Makes workflows up: flowcharts with forks, decisions, joins of every mode, loops that end, dead paths, with containers in them. The same
/// seed makes the same workflow.
/// </summary>
internal sealed class PartGenerator(int seed, bool faults = true, bool works = true)
{
    private readonly Random _random = new(seed);
    private readonly Random _merging = new(-seed);
    private int _next;

    /// <summary>A flowchart of so many activities, not counting those of containers in it.</summary>
    public Part Flowchart(int size, int depth = 2, bool inLoop = false)
    {
        var children = new List<Part>();
        var edges = new List<(int, string?, int)>();
        for (var i = 0; i < size; i++)
        {
            children.Add(Activity(depth, inLoop, isFirst: i == 0) with { Merge = MergeMode(), RunWhen = RunWhen() });
        }

        for (var target = 1; target < size; target++)
        {
            Enter(children, edges, target);
        }

        for (var i = size < 2 ? 0 : _random.Next(4); i > 0; i--)
        {
            edges.Add((_random.Next(size), _random.Next(6) == 0 ? null : PortOf(children[_random.Next(size)]), _random.Next(1, size)));
        }

        // An unconditional way back would never end.
        edges.RemoveAll(e => e.Item3 <= e.Item1);
        for (var i = size < 2 ? 0 : _random.Next(3); i > 0; i--)
        {
            AddLoop(children, edges);
        }

        Shuffle(edges);
        return new Part(Name("flow"), PartKind.Flowchart) { Children = children, Edges = edges };
    }

    private void Enter(List<Part> children, List<(int, string?, int)> edges, int target)
    {
        for (var i = _random.Next(10) switch { 0 => 0, < 6 => 1, < 9 => 2, _ => 3 }; i > 0; i--)
        {
            var source = _random.Next(Math.Max(0, target - 5), target);
            edges.Add((source, PortOf(children[source]), target));
        }
    }

    // A decision that is true so many times, then a step that counts down, then the way back.
    private void AddLoop(List<Part> children, List<(int, string?, int)> edges)
    {
        var back = _random.Next(1, children.Count);
        var from = _random.Next(back, children.Count);
        var rounds = _random.Next(1, 4);
        var name = Name("again");
        var decision = new Part(Name("again"), PartKind.Decision) { Variable = $"{name}0" };
        var shift = new Part(Name("shift"), PartKind.Sequence)
        {
            Children =
            [
                .. Enumerable.Range(0, rounds).Select(i => new Part(Name("set"), PartKind.SetVariable)
                {
                    Variable = $"{name}{i}",
                    From = i + 1 < rounds ? $"{name}{i + 1}" : null,
                }),
            ],
        };
        children.Add(decision);
        children.Add(shift);
        edges.Add((from, PortOf(children[from]), children.Count - 2));
        edges.Add((children.Count - 2, "True", children.Count - 1));
        edges.Add((children.Count - 1, "Done", back));
        if (_random.Next(2) == 0)
        {
            children.Add(new Part(Name("line"), PartKind.Line));
            edges.Add((children.Count - 3, "False", children.Count - 1));
        }
    }

    private string? MergeMode() => _merging.Next(8) switch
    {
        0 => "Merge",
        1 => "converge",
        2 => "Cascade",
        3 => "Race",
        4 => "Stream",
        5 => "None",
        6 => "Unknown",
        _ => null,
    };

    private string? RunWhen() => _merging.Next(3) == 0
        ? new[] { "allSucceeded", "oneSucceeded", "allDone", "noneFailed", "oneFailed", "allFailed", "always" }[_merging.Next(7)]
        : null;

    private Part Activity(int depth, bool inLoop, bool isFirst)
    {
        var kind = _random.Next(isFirst ? 70 : 100);
        return kind switch
        {
            < 36 => new Part(Name("line"), PartKind.Line),
            < 40 when works => new Part(Name("work"), PartKind.Work) { Number = faults ? _random.Next(2) : 0 },
            < 52 => new Part(Name("if"), PartKind.Decision) { Number = _random.Next(2) },
            < 60 => new Part(Name("fork"), PartKind.FlowFork) { Branches = Branches() },
            < 70 when depth > 0 => Container(depth - 1, inLoop),
            < 82 => new Part(Name("join"), PartKind.Join) { Number = _random.Next(3) },
            < 89 => new Part(Name("delay"), PartKind.Delay),
            < 91 => new Part(Name("end"), PartKind.End),
            < 92 when inLoop => new Part(Name("break"), PartKind.Break),
            93 => new Part(Name("finish"), PartKind.Finish),
            < 96 when faults => new Part(Name("fault"), PartKind.Fault),
            _ => new Part(Name("line"), PartKind.Line),
        };
    }

    private Part Container(int depth, bool inLoop) => _random.Next(7) switch
    {
        0 => new Part(Name("seq"), PartKind.Sequence) { Children = Some(depth, inLoop, 0, 4) },
        1 => new Part(Name("par"), PartKind.Parallel) { Children = Some(depth, inLoop, 0, 4) },
        2 => new Part(Name("forked"), PartKind.Fork) { Children = Some(depth, inLoop, 0, 4), Number = _random.Next(2) },
        3 => new Part(Name("cond"), PartKind.If) { Number = _random.Next(2), Children = Some(depth, inLoop, 1, 3) },
        4 => new Part(Name("each"), PartKind.ForEach) { Number = _random.Next(4), Children = Some(depth, true, 1, 2) },
        5 => new Part(Name("for"), PartKind.For) { Number = _random.Next(4), Children = Some(depth, true, 1, 2) },
        _ => Flowchart(_random.Next(1, 5), depth, inLoop),
    };

    private List<Part> Some(int depth, bool inLoop, int least, int below) =>
        [.. Enumerable.Range(0, _random.Next(least, below)).Select(_ => Activity(depth, inLoop, isFirst: false))];

    private string[] Branches() => [.. Enumerable.Range(0, _random.Next(1, 4)).Select(i => $"b{i}")];

    private string? PortOf(Part part) => part.Kind switch
    {
        PartKind.Decision => _random.Next(8) == 0 ? "Done" : _random.Next(2) == 0 ? "True" : "False",
        PartKind.FlowFork => $"b{_random.Next(3)}",
        PartKind.Work when _random.Next(4) == 0 => "Failed",
        _ => _random.Next(8) switch { 0 => null, 1 => "Other", _ => "Done" },
    };

    private void Shuffle(List<(int, string?, int)> edges)
    {
        for (var i = edges.Count - 1; i > 0; i--)
        {
            var j = _random.Next(i + 1);
            (edges[i], edges[j]) = (edges[j], edges[i]);
        }
    }

    private string Name(string kind) => $"{kind}{++_next}";
}
