using System.Diagnostics;
using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Expressions;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Benchmarks;

/// <summary>How fast control activities are decided in memory: bursts of 1,000 events, written as they would be stored and thrown away.</summary>
internal static class EngineBenchmark
{
    private const int BatchSize = 1000;

    /// <summary>Measures the shapes that the engine promises something for.</summary>
    /// <param name="rounds">How often each is measured; the median counts. Default 5.</param>
    /// <param name="activitiesPerRound">How many activities a round executes at least. Default 200,000.</param>
    /// <param name="cancellationToken">Stops it between rounds.</param>
    public static async Task<IReadOnlyList<Figure>> RunAsync(int rounds = 5, int activitiesPerRound = 200_000, CancellationToken cancellationToken = default)
    {
        var figures = new List<Figure>();
        var chain = double.NaN;
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

            var speed = Figure.Of($"in memory, {shape}", "activities/s", speeds) with
            {
                AtLeast = 100_000,
                Yardstick = "Elsa 3.7.1, nothing stored: 5,700-14,500/s, 34-56 KB (its packages, another day)",
            };
            figures.Add(speed);
            figures.Add(Figure.Of($"in memory, {shape}", "bytes/activity", bytes) with { AtMost = 3072 });
            if (double.IsNaN(chain))
            {
                chain = speed.Median;
            }
            else
            {
                figures.Add(Figure.Of($"in memory, {shape}", "times the chain's time", speeds.Select(s => chain / s)) with { AtMost = 1.3 });
            }
        }

        return figures;
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
        ("chain of 100", 100, FlowShapes.Chain(100, FlowShapes.Control)),
        ("1 to 100 to 1", 102, FlowShapes.Fan(100, FlowShapes.Control)),
        ("1 to 10,000 to 1", 10_002, FlowShapes.Fan(10_000, FlowShapes.Control)),
        ("For of 100,000", 100_000, FlowShapes.Loop(100_000)),
        ("While of 100,000", 100_000, """
            {"root":{"id":"while","type":"Elsa.While","condition":true,"body":{"id":"body","type":"Elsa.Start"}}}
            """),
    ];

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
