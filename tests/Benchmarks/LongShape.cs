namespace Dag.Benchmarks;

/// <summary>A workflow whose run is long.</summary>
/// <param name="Name">Its name among the arguments.</param>
/// <param name="What">Its name among the figures.</param>
/// <param name="Executions">How many activity executions its run has.</param>
/// <param name="Json">The workflow.</param>
internal sealed record LongShape(string Name, string What, long Executions, string Json)
{
    public static IReadOnlyList<LongShape> All(bool quick)
    {
        var rounds = quick ? 20_000 : 200_000;
        var items = quick ? 10_000 : 100_000;
        return
        [
            new("for", $"For of {rounds:N0} rounds of a sequence of 4", 2 + (5L * rounds), Workflow(
                $$"""{"id":"for","type":"Elsa.For","start":1,"end":{{rounds}},"body":{"id":"s","type":"Elsa.Sequence","activities":[{{Four}}]} }""")),
            new("while", $"While of {items:N0} rounds, by JavaScript", 2 + items, Workflow(
                $$"""
                {"id":"while","type":"Elsa.While","condition":{"typeName":"Boolean","expression":{"type":"JavaScript","value":"variables.N < {{items}}"} },
                 "body":{"id":"set","type":"Elsa.SetVariable","variable":{"id":"N","name":"N","typeName":"Int32"},
                         "value":{"typeName":"Int32","expression":{"type":"JavaScript","value":"variables.N + 1"} } } }
                """)),
            new("foreach", $"ForEach over a list of {items:N0} items", 2 + items, Workflow(
                $$"""
                {"id":"each","type":"Elsa.ForEach","items":{"typeName":"Object[]","expression":{"type":"Literal","value":[{{Items(items)}}]} },
                 "body":{"id":"b","type":"Elsa.Start"} }
                """)),
            new("work", $"ParallelForEach of {items:N0} works", 2 + items, Workflow(
                $$"""
                {"id":"each","type":"Elsa.ParallelForEach","items":{"typeName":"Object[]","expression":{"type":"Literal","value":[{{Items(items)}}]} },
                 "body":{"id":"b","type":"Bench.NoOp"} }
                """)),
        ];
    }

    private static string Four => string.Join(',', "abcd".Select(c => $$"""{"id":"{{c}}","type":"Elsa.Start"}"""));

    private static string Items(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"item {i}\""));

    private static string Workflow(string root) => $$"""
        {"definitionId":"long","id":"long-1","name":"long","version":1,"variables":[{"id":"N","name":"N","typeName":"Int32","value":0}],"root":{{root}} }
        """;
}
