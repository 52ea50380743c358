using System.Diagnostics;
using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;
using Dag.Workflows.Scripts;

namespace Dag.Benchmarks;

/// <summary>What one warm JavaScript expression costs, with the crossing to the child process and back.</summary>
internal static class ScriptBenchmark
{
    private const string Workflow = """
        {
          "definitionId": "scripts", "id": "scripts-v1", "name": "scripts", "version": 1,
          "variables": [
            { "id": "N", "name": "N", "typeName": "Int32", "value": 7 },
            { "id": "Customer", "name": "Customer", "typeName": "Object", "value": { "name": "Ada", "orders": [1, 2, 3], "vip": true } }
          ],
          "root": { "id": "line", "type": "Elsa.WriteLine", "text": { "typeName": "String", "expression": { "type": "JavaScript", "value": "SOURCE" } } }
        }
        """;

    /// <summary>Measures expressions that read a variable, an object, and write.</summary>
    /// <param name="quick">Fewer evaluations.</param>
    /// <param name="cancellationToken">Stops it between rounds.</param>
    public static async Task<IReadOnlyList<Figure>> RunAsync(bool quick, CancellationToken cancellationToken)
    {
        using var engine = new NodeScriptEngine(new ScriptOptions { Children = 1 }, TimeProvider.System);
        var figures = new List<Figure>();
        foreach (var (what, source) in new[]
        {
            ("reads a variable", "variables.N > 5"),
            ("reads an object", "getCustomer().vip && getCustomer().orders.length > 2"),
            ("sets a variable", "setN(getN() + 1)"),
        })
        {
            var (latencies, rates) = await MeasureAsync(engine, source, quick ? 2_000 : 10_000, cancellationToken);
            figures.Add(Figure.Of($"a warm script that {what}", "µs", latencies) with { AtMost = 100 });
            figures.Add(Figure.Of($"a warm script that {what}", "evaluations/s, one child", rates) with
            {
                AtLeast = 5000,
            });
        }

        return figures;
    }

    private static async Task<(List<double> Latencies, List<double> Rates)> MeasureAsync(
        NodeScriptEngine engine, string source, int count, CancellationToken cancellationToken)
    {
        var graph = GraphCompiler.Compile(DefinitionReader.Read(Workflow.Replace("SOURCE", source, StringComparison.Ordinal)), new ActivityCatalog([]) { Scripts = engine });
        var state = new RunState("run", graph);
        var burst = new Burst(state, TimeProvider.System);
        burst.Start(new RunStarted
        {
            At = TimeProvider.System.GetUtcNow(),
            DefinitionId = "scripts",
            DefinitionVersionId = "scripts-v1",
            Version = 1,
            WorkflowName = "scripts",
            DefinitionHash = "",
        });
        await burst.DrainAsync(2, cancellationToken);
        var step = new Step(state, TimeProvider.System);
        var expression = graph.FindActivity("line")!.Inputs[0]!;
        var latencies = new List<double>();
        var rates = new List<double>();
        for (var round = -1; round < 5; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var each = new double[count];
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++)
            {
                step.Begin(state.NextReady!, CancellationToken.None);
                var before = Stopwatch.GetTimestamp();
                await expression.EvaluateAsync(step);
                each[i] = Stopwatch.GetElapsedTime(before).TotalMicroseconds;
            }

            // The first round warms up.
            if (round >= 0)
            {
                rates.Add(count / Stopwatch.GetElapsedTime(started).TotalSeconds);
                Array.Sort(each);
                latencies.Add(each[count / 2]);
            }
        }

        return (latencies, rates);
    }
}
