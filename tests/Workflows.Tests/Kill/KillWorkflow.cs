using static Dag.Workflows.Tests.Running.FlowJson;

namespace Dag.Workflows.Tests.Kill;

/// <summary>
/// A workflow of 200 activities, made at random of everything that a kill can hit, with the lines that it writes: the stages follow each
/// other, the branches of a stage run beside each other, the lines of a branch are in order.
/// </summary>
internal sealed class KillWorkflow
{
    public const int Activities = 200;

    private readonly Random _random;
    private readonly List<object> _activities = [];
    private readonly List<string> _connections = [];
    private readonly List<string[][]> _stages = [];
    private List<string> _ends = [];
    private int _count;
    private int _names;

    private KillWorkflow(int seed, int index)
    {
        _random = new Random(HashCode(seed, index));
        Place(Line("begin"));
        while (_count < Activities - 20)
        {
            AddStage(_random.Next(9));
        }

        while (_count < Activities)
        {
            Place(Line(Name("last")));
        }

        Json = Flowchart(_activities, _connections, id: $"kill-{index}");
    }

    public string Json { get; }

    /// <summary>The lines: stages, in each of them branches, in each of them lines.</summary>
    public IReadOnlyList<string[][]> Stages => _stages;

    public static KillWorkflow Create(int seed, int index) => new(seed, index);

    private void AddStage(int kind)
    {
        switch (kind)
        {
            case 0:
                AddChain(_random.Next(2, 6));
                break;
            case 1:
                AddFan(_random.Next(2, 8));
                break;
            case 2:
                AddForEach(_random.Next(2, 5));
                break;
            case 3:
                AddFor(_random.Next(2, 5));
                break;
            case 4:
                AddNested();
                break;
            case 5:
                AddParallel(_random.Next(2, 5));
                break;
            case 6:
                AddParallelForEach(_random.Next(2, 7));
                break;
            case 7:
                Place(Count(Activity(Name("delay"), "Elsa.Delay", new { timeSpan = Span(_random.Next(1, 15)) })));
                Place(Line(Name("delayed")));
                break;
            default:
                AddFailures();
                break;
        }
    }

    private void AddChain(int links)
    {
        for (var i = 0; i < links; i++)
        {
            Place(Work());
            Place(Line(Name("link")));
        }
    }

    private void AddFan(int branches)
    {
        Place(Line(Name("fan")));
        var (from, ends, lines) = (_ends, new List<string>(), new List<string[]>());
        for (var i = 0; i < branches; i++)
        {
            _ends = from;
            Connect(Work());
            if (_random.Next(2) == 0)
            {
                var name = Name("branch");
                lines.Add([name]);
                Connect(Count(Activity(name, "Elsa.WriteLine", new { text = name })));
            }

            ends.AddRange(_ends);
        }

        _stages.Add([.. lines]);
        _ends = ends;
        Place(Line(Name("join")));
    }

    private void AddForEach(int items)
    {
        var name = Name("each");
        var texts = Enumerable.Range(0, items).Select(i => $"{name}-{i}").ToArray();
        var line = Activity(Name("item"), "Elsa.WriteLine");
        line["text"] = new { expression = new { type = "Variable", value = new { id = "CurrentValue", name = "CurrentValue" } } };
        var body = Sequence(line, Work());
        _count += ((items - 1) * 3) + 2;
        var loop = Count(Activity(name, "Elsa.ForEach", new { items = texts }));
        loop["body"] = body;
        Connect(loop);
        _stages.Add([texts]);
    }

    private void AddFor(int turns)
    {
        var text = Name("turn");
        var body = Sequence(Work(), Activity(Name("t"), "Elsa.WriteLine", new { text }));
        _count += ((turns - 1) * 3) + 2;
        var loop = Count(Activity(Name("for"), "Elsa.For", new { start = 1, end = turns }));
        loop["body"] = body;
        Connect(loop);
        _stages.Add([[.. Enumerable.Repeat(text, turns)]]);
    }

    private void AddNested()
    {
        var names = new[] { Name("outer"), Name("inner"), Name("outer") };
        var lines = names.Select(n => Count(Activity(n, "Elsa.WriteLine", new { text = n }))).ToArray();
        Connect(Count(Sequence(lines[0], Count(Sequence(Work(), lines[1])), Work(), lines[2])));
        _stages.Add([names]);
    }

    private void AddParallel(int branches)
    {
        var names = Enumerable.Range(0, branches).Select(_ => new[] { Name("left"), Name("right") }).ToArray();
        var bodies = names.Select(pair => Count(Sequence(
            Count(Activity(pair[0], "Elsa.WriteLine", new { text = pair[0] })), Work(), Count(Activity(pair[1], "Elsa.WriteLine", new { text = pair[1] }))))).ToArray();
        var parallel = Count(Activity(Name("parallel"), "Elsa.Parallel"));
        parallel["activities"] = bodies;
        Connect(parallel);
        _stages.Add(names);
    }

    private void AddParallelForEach(int items)
    {
        var loop = Count(Activity(Name("many"), "Elsa.ParallelForEach"));
        loop["items"] = new { expression = new { type = "Literal", value = Enumerable.Range(0, items).ToArray() } };
        loop["body"] = Work();
        _count += items - 1;
        Connect(loop);
    }

    // Two that come right at the second attempt, one that never does and goes on by its Failed port.
    private void AddFailures()
    {
        Connect(Work(failures: 1));
        Connect(Work(failures: 2));
        Connect(Work(failures: 1000));
        _ends = [.. _ends.Select(e => e + ":Failed")];
        Place(Line(Name("mended")));
    }

    private Dictionary<string, object?> Line(string text)
    {
        _stages.Add([[text]]);
        return Count(Activity(text, "Elsa.WriteLine", new { text }));
    }

    private Dictionary<string, object?> Work(int failures = 0) => Count(Activity(
        Name("work"),
        "Test.KillWork",
        new { milliseconds = _random.Next(0, 4), failures },
        new { retries = new { maxAttempts = 3, delay = Span(_random.Next(1, 8)), backoff = 1 } }));

    private Dictionary<string, object?> Sequence(params object[] activities)
    {
        var sequence = Activity(Name("sequence"), "Elsa.Sequence");
        sequence["activities"] = activities;
        return sequence;
    }

    private void Place(Dictionary<string, object?> activity) => Connect(activity);

    private void Connect(Dictionary<string, object?> activity)
    {
        var id = (string)activity["id"]!;
        _activities.Add(activity);
        _connections.AddRange(_ends.Select(end => $"{end}->{id}"));
        _ends = [id];
    }

    private Dictionary<string, object?> Count(Dictionary<string, object?> activity)
    {
        _count++;
        return activity;
    }

    private string Name(string kind) => $"{kind}{++_names}";

    private static string Span(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds).ToString("c");

    private static int HashCode(int seed, int index) => unchecked((seed * 31) + index);
}
