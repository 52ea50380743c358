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

    /// <summary>Measures the shapes that the engine promises something for, in turns: a busy machine is busy for all.</summary>
    /// <param name="rounds">How often each is measured; the median counts. Default 5.</param>
    /// <param name="activitiesPerRound">How many activities a round executes at least. Default 200,000.</param>
    /// <param name="cancellationToken">Stops it between rounds.</param>
    public static async Task<IReadOnlyList<Figure>> RunAsync(int rounds = 5, int activitiesPerRound = 200_000, CancellationToken cancellationToken = default)
    {
        var shapes = Shapes().Select(s => new Measured(s.Shape, s.Activities, Compile(s.Json, s.Activities))).ToList();
        for (var round = -3; round < rounds; round++)
        {
            foreach (var shape in shapes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var runs = Math.Max(1, activitiesPerRound / shape.Activities);
                var allocated = GC.GetAllocatedBytesForCurrentThread();
                var processor = Environment.CpuUsage.TotalTime;
                var started = Stopwatch.GetTimestamp();
                await RunAsync(shape.Graph, runs);
                if (round >= 0)
                {
                    shape.Costs.Add((Environment.CpuUsage.TotalTime - processor).TotalNanoseconds / (runs * (double)shape.Activities));
                    shape.Speeds.Add(runs * (double)shape.Activities / Stopwatch.GetElapsedTime(started).TotalSeconds);
                    shape.Bytes.Add((GC.GetAllocatedBytesForCurrentThread() - allocated) / (runs * (double)shape.Activities));
                }
            }
        }

        return [.. shapes.SelectMany(s => Figures(s, chain: shapes[0]))];
    }

    private static IEnumerable<Figure> Figures(Measured shape, Measured chain)
    {
        yield return Figure.Of($"in memory, {shape.Name}", "activities/s", shape.Speeds) with
        {
            AtLeast = 100_000,
            Yardstick = "Elsa 3.7.1, nothing stored: 5,700-14,500/s, 34-56 KB (its packages, another day)",
        };
        yield return Figure.Of($"in memory, {shape.Name}", "bytes/activity", shape.Bytes) with { AtMost = 3072 };
        if (shape != chain)
        {
            // Of the processor: on a busy machine the clock says more about its other work than about the shapes.
            var times = chain.Costs.Zip(shape.Costs, (c, s) => s / c);
            yield return Figure.Of($"in memory, {shape.Name}", "times the chain's processor time", times) with { AtMost = 1.3 };
        }
    }

    private static WorkflowGraph Compile(string json, int activities)
    {
        var graph = GraphCompiler.Compile(DefinitionReader.Read(json), new ActivityCatalog([]));
        if (graph.FindActivity("while") is { } loop)
        {
            loop.Inputs[0] = new Countdown(activities);
        }

        return graph;
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

    private sealed record Measured(string Name, int Activities, WorkflowGraph Graph)
    {
        public List<double> Speeds { get; } = [];

        public List<double> Costs { get; } = [];

        public List<double> Bytes { get; } = [];
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
