using System.Text;

namespace Dag.Benchmarks;

/// <summary>The shapes of workflow that are measured, as JSON.</summary>
internal static class FlowShapes
{
    public const string Control = "Elsa.Start";

    public static string Chain(int length, string type) => Flowchart(length, type, Enumerable.Range(0, length - 1).Select(i => (i, i + 1)));

    /// <summary>One to so many to one.</summary>
    public static string Fan(int width, string type) => Flowchart(
        width + 2, type, Enumerable.Range(1, width).Select(i => (0, i)).Concat(Enumerable.Range(1, width).Select(i => (i, width + 1))));

    /// <summary>So many that all begin at once.</summary>
    public static string Independent(int count, string type) => Root("Elsa.Parallel", Activities(count, type), "");

    public static string Loop(int turns) => Wrap(
        $$"""{"id":"for","type":"Elsa.For","start":1,"end":{{turns}},"body":""" + $$"""{"id":"body","type":"{{Control}}"} }""");

    private static string Flowchart(int count, string type, IEnumerable<(int Source, int Target)> edges)
    {
        var connections = string.Join(',', edges.Select(e => $$"""{"source":"a{{e.Source}}","sourcePort":"Done","target":"a{{e.Target}}"}"""));
        return Root("Elsa.Flowchart", Activities(count, type), $",\"connections\":[{connections}]");
    }

    private static string Activities(int count, string type)
    {
        var json = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            json.Append(i > 0 ? "," : "").Append($$"""{"id":"a{{i}}","type":"{{type}}"}""");
        }

        return json.ToString();
    }

    private static string Root(string type, string activities, string connections) =>
        Wrap($$"""{"id":"root","type":"{{type}}","activities":[{{activities}}]{{connections}}}""");

    private static string Wrap(string root) => $$"""{"definitionId":"bench","id":"bench-1","name":"bench","version":1,"root":{{root}}}""";
}
