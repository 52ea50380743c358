using System.Text;
using Dag.Workflows.Graph;

namespace Dag.Workflows.Tests.Flowcharts;

internal enum PartKind
{
    Line,
    Decision,
    FlowFork,
    Join,
    Delay,
    End,
    Break,
    Finish,
    Fault,
    SetVariable,
    Work,
    Sequence,
    Parallel,
    Fork,
    If,
    ForEach,
    For,
    Flowchart,
}

/// <summary>An activity of a generated workflow.</summary>
internal sealed record Part(string Id, PartKind Kind)
{
    /// <summary>The members of a container, the branches of a fork, the body of a loop, or then and else.</summary>
    public IReadOnlyList<Part> Children { get; init; } = [];

    /// <summary>The connections of a flowchart, by positions.</summary>
    public IReadOnlyList<(int Source, string? Port, int Target)> Edges { get; init; } = [];

    /// <summary>A condition; the number of rounds of a loop; the mode of a join or fork: WaitAny, WaitAll, WaitAllActive.</summary>
    public int Number { get; init; }

    /// <summary>The variable that a decision reads or that is set.</summary>
    public string? Variable { get; init; }

    /// <summary>The variable that it is set to; null for false.</summary>
    public string? From { get; init; }

    public IReadOnlyList<string> Branches { get; init; } = [];

    /// <summary>When it runs under Dag.Propagate; null for nothing said.</summary>
    public string? RunWhen { get; init; }

    /// <summary>What it does with tokens; null for nothing said.</summary>
    public string? Merge { get; init; }

    public bool IsTerminal => Kind is PartKind.End or PartKind.Break or PartKind.Finish;

    public string[] Modes => ["WaitAny", "WaitAll", "WaitAllActive"];

    public IEnumerable<Part> All => Children.SelectMany(c => c.All).Prepend(this);

    public string ToJson()
    {
        var text = new StringBuilder($"{{\"id\":\"{Id}\",\"type\":\"{TypeName}\"{CustomProperties}");
        switch (Kind)
        {
            case PartKind.Line:
                text.Append($",\"text\":{Literal(Id)}");
                break;
            case PartKind.Decision or PartKind.If:
                text.Append(Variable is null ? $",\"condition\":{Literal(Number != 0)}" : $",\"condition\":{Reference(Variable)}");
                break;
            case PartKind.FlowFork:
                text.Append($",\"branches\":{{\"typeName\":\"String[]\",\"expression\":{{\"type\":\"Object\",\"value\":\"[{string.Join(',', Branches.Select(b => $"\\\"{b}\\\""))}]\"}}}}");
                break;
            case PartKind.Join:
                text.Append($",\"mode\":{Literal(Modes[Number])}");
                break;
            case PartKind.Work:
                text.Append($",\"failures\":{Literal(Number)}");
                break;
            case PartKind.Delay:
                text.Append($",\"timeSpan\":{Literal("00:00:10")}");
                break;
            case PartKind.Fault:
                text.Append($",\"message\":{Literal("boom " + Id)}");
                break;
            case PartKind.SetVariable:
                text.Append($",\"variable\":{{\"id\":\"{Variable}\",\"name\":\"{Variable}\"}},\"value\":{(From is null ? Literal(false) : Reference(From))}");
                break;
            case PartKind.Fork:
                text.Append($",\"joinMode\":\"{(Number == 0 ? "WaitAny" : "WaitAll")}\"");
                break;
            case PartKind.ForEach:
                text.Append($",\"items\":{{\"typeName\":\"Object[]\",\"expression\":{{\"type\":\"Object\",\"value\":\"[{string.Join(',', Enumerable.Range(0, Number))}]\"}}}}");
                break;
            case PartKind.For:
                text.Append($",\"start\":{Literal(1)},\"end\":{Literal(Number)}");
                break;
            case PartKind.Flowchart:
                text.Append($",\"connections\":[{string.Join(',', Edges.Select(Connection))}]");
                break;
        }

        AppendChildren(text);
        return text.Append('}').ToString();
    }

    /// <summary>A workflow whose root this is.</summary>
    public string ToWorkflow(IncidentStrategy strategy)
    {
        var variables = All.SelectMany(p => new[] { p.Variable, p.From }).OfType<string>().Distinct();
        var options = strategy switch
        {
            IncidentStrategy.ContinueWithIncidents => "\"incidentStrategyType\":\"Elsa.Workflows.IncidentStrategies.ContinueWithIncidentsStrategy, Elsa.Workflows.Core\"",
            IncidentStrategy.Propagate => "\"incidentStrategyType\":\"Dag.Propagate\"",
            _ => "",
        };
        return $"{{\"definitionId\":\"generated\",\"options\":{{{options}}},\"variables\":[{string.Join(',', variables.Select(v => $"{{\"id\":\"{v}\",\"name\":\"{v}\",\"typeName\":\"Boolean\",\"value\":\"true\"}}"))}],\"root\":{ToJson()}}}";
    }

    public override string ToString() => ToJson();

    private string CustomProperties => Merge is null && RunWhen is null ? "" :
        $",\"customProperties\":{{\"mergeMode\":{(Merge is null ? "null" : $"\"{Merge}\"")},\"runWhen\":{(RunWhen is null || Kind == PartKind.Join ? "null" : $"\"{RunWhen}\"")}}}";

    private string TypeName => Kind switch
    {
        PartKind.Line => "Elsa.WriteLine",
        PartKind.Decision => "Elsa.FlowDecision",
        PartKind.Join => "Elsa.FlowJoin",
        PartKind.Work => "Test.Work",
        _ => $"Elsa.{Kind}",
    };

    private void AppendChildren(StringBuilder text)
    {
        switch (Kind)
        {
            case PartKind.Sequence or PartKind.Parallel or PartKind.Flowchart:
                text.Append($",\"activities\":[{string.Join(',', Children.Select(c => c.ToJson()))}]");
                break;
            case PartKind.Fork:
                text.Append($",\"branches\":[{string.Join(',', Children.Select(c => c.ToJson()))}]");
                break;
            case PartKind.If:
                text.Append($",\"then\":{Children[0].ToJson()}").Append(Children.Count > 1 ? $",\"else\":{Children[1].ToJson()}" : "");
                break;
            case PartKind.ForEach or PartKind.For:
                text.Append($",\"body\":{Children[0].ToJson()}");
                break;
        }
    }

    private string Connection((int Source, string? Port, int Target) edge) =>
        $"{{\"source\":{{\"activity\":\"{Children[edge.Source].Id}\"{(edge.Port is null ? "" : $",\"port\":\"{edge.Port}\"")}}},\"target\":{{\"activity\":\"{Children[edge.Target].Id}\",\"port\":\"In\"}}}}";

    private static string Literal(object value) =>
        $"{{\"typeName\":\"Object\",\"expression\":{{\"type\":\"Literal\",\"value\":{(value is string text ? $"\"{text}\"" : value.ToString()!.ToLowerInvariant())}}}}}";

    private static string Reference(string variable) =>
        $"{{\"typeName\":\"Boolean\",\"expression\":{{\"type\":\"Variable\",\"value\":{{\"id\":\"{variable}\",\"name\":\"{variable}\"}}}}}}";
}
