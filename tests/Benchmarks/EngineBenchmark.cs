using System.Diagnostics;
using System.Text;
using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Expressions;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Benchmarks;

/// <summary>How fast control activities are decided in memory: bursts of 1,000 events, written as they would be stored and thrown away.</summary>
public static class EngineBenchmark
{
    private const int BatchSize = 1000;

    /// <summary>What one shape of workflow cost.</summary>
    /// <param name="Shape">What ran.</param>
    /// <param name="Activities">Activities that a run of it executes, containers not counted.</param>
    /// <param name="ActivitiesPerSecond">The median over the rounds.</param>
    /// <param name="BytesPerActivity">Bytes allocated.</param>
    public sealed record Result(string Shape, int Activities, double ActivitiesPerSecond, double BytesPerActivity);

    /// <summary>Measures the shapes that the engine promises something for.</summary>
    /// <param name="rounds">How often each is measured; the median counts. Default 5.</param>
    /// <param name="activitiesPerRound">How many activities a round executes at least. Default 200,000.</param>
    /// <param name="cancellationToken">Stops it between rounds.</param>
    public static async Task<IReadOnlyList<Result>> RunAsync(int rounds = 5, int activitiesPerRound = 200_000, CancellationToken cancellationToken = default)
    {
        var results = new List<Result>();
        foreach (var (shape, activities, json) in Shapes())
        {
            var graph = GraphCompiler.Compile(DefinitionReader.Read(json), new ActivityCatalog([]));
            if (graph.FindActivity("while") is { } loop)
            {
                loop.Inputs[0] = new Countdown(activities);
            }

            var runs = Math.Max(1, activitiesPerRound / activities);
            await RunAsync(graph, Math.Max(1, runs / 4));
            var speeds = new List<double>();
            var bytes = new List<double>();
            for (var round = 0; round < rounds; round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var allocated = GC.GetAllocatedBytesForCurrentThread();
                var started = Stopwatch.GetTimestamp();
                await RunAsync(graph, runs);
                speeds.Add(runs * (double)activities / Stopwatch.GetElapsedTime(started).TotalSeconds);
                bytes.Add((GC.GetAllocatedBytesForCurrentThread() - allocated) / (runs * (double)activities));
            }

            results.Add(new Result(shape, activities, Median(speeds), Median(bytes)));
        }

        return results;
    }

    private static async Task RunAsync(WorkflowGraph graph, int runs)
    {
        using var writer = new EventWriter();
        for (var i = 0; i < runs; i++)
        {
            var state = new RunState("run", graph);
            var burst = new Burst(state, TimeProvider.System);
            burst.Start(new RunStarted
            {
                At = TimeProvider.System.GetUtcNow(),
                DefinitionId = "bench",
                DefinitionVersionId = "bench",
                Version = 1,
                WorkflowName = "bench",
                DefinitionHash = "",
            });
            bool isOver;
            do
            {
                isOver = await burst.DrainAsync(BatchSize, CancellationToken.None);
                writer.Write(burst.Events);
                burst.ClearEvents();
            }
            while (!isOver);

            if (state.SubStatus != RunSubStatus.Finished)
            {
                throw new InvalidOperationException($"A run of the benchmark ended {state.SubStatus}.");
            }
        }
    }

    private static IEnumerable<(string Shape, int Activities, string Json)> Shapes() =>
    [
        ("chain of 100", 100, Flowchart(100, Enumerable.Range(0, 99).Select(i => (i, i + 1)))),
        ("1 to 100 to 1", 102, Fan(100)),
        ("1 to 10,000 to 1", 10_002, Fan(10_000)),
        ("For of 100,000", 100_000, """
            {"root":{"id":"for","type":"Elsa.For","start":1,"end":100000,"body":{"id":"body","type":"Elsa.Start"}}}
            """),
        ("While of 100,000", 100_000, """
            {"root":{"id":"while","type":"Elsa.While","condition":true,"body":{"id":"body","type":"Elsa.Start"}}}
            """),
    ];

    private static string Fan(int width) => Flowchart(
        width + 2, Enumerable.Range(1, width).Select(i => (0, i)).Concat(Enumerable.Range(1, width).Select(i => (i, width + 1))));

    private static string Flowchart(int count, IEnumerable<(int Source, int Target)> edges)
    {
        var json = new StringBuilder("""{"root":{"id":"flow","type":"Elsa.Flowchart","activities":[""");
        json.AppendJoin(',', Enumerable.Range(0, count).Select(i => $$"""{"id":"a{{i}}","type":"Elsa.Start"}"""));
        json.Append("""],"connections":[""");
        json.AppendJoin(',', edges.Select(e => $"{{\"source\":\"a{e.Source}\",\"sourcePort\":\"Done\",\"target\":\"a{e.Target}\"}}"));
        return json.Append("]}}").ToString();
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    // What a script or a variable would say: true so many times. No language that can count is part of this measurement.
    private sealed class Countdown(int rounds) : Expression
    {
        private static readonly object True = true;
        private static readonly object False = false;
        private int _done;

        public override object? Evaluate(RunState state, Execution scope)
        {
            if (_done < rounds)
            {
                _done++;
                return True;
            }

            _done = 0;
            return False;
        }
    }
}
