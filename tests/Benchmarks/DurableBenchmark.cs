using System.Diagnostics;
using Dag.Workflows.Definitions;

namespace Dag.Benchmarks;

/// <summary>
/// The engine with all that makes it durable: SQLite with synchronous FULL, dispatch, feed. No-op control activities, 50 runs at once, and
/// no-op work.
/// </summary>
internal static class DurableBenchmark
{
    private const int Rounds = 5;
    private const string Elsa = "Elsa 3.7.1 on SQLite: 500-1,300/s, 270-302 KB (its packages, another day)";

    /// <summary>Control activities: speed and bytes allocated for each.</summary>
    public static async Task<IReadOnlyList<Figure>> ControlAsync(bool quick, CancellationToken cancellationToken)
    {
        await using var engine = await BenchEngine.StartAsync(workSlots: 0, cancellationToken);
        var figures = new List<Figure>();
        foreach (var (shape, activities, runs, json) in ((string, int, int, string)[])
        [
            ("chain of 100", 100, quick ? 50 : 400, FlowShapes.Chain(100, FlowShapes.Control)),
            ("1 to 100 to 1", 102, quick ? 50 : 400, FlowShapes.Fan(100, FlowShapes.Control)),
            ("1 to 10,000 to 1", 10_002, quick ? 10 : 50, FlowShapes.Fan(10_000, FlowShapes.Control)),
            ("loop of 10,000", 10_000, quick ? 10 : 50, FlowShapes.Loop(10_000)),
        ])
        {
            var definition = DefinitionReader.Read(json);
            var (seconds, bytes) = await MeasureAsync(() => WavesAsync(engine, definition, runs, cancellationToken));
            var total = (double)runs * activities;
            figures.Add(Figure.Of($"durable, {Math.Min(runs, 50)} runs at once, {shape}", "activities/s", seconds.Select(s => total / s)) with
            {
                AtLeast = 20_000,
                Yardstick = Elsa,
            });
            figures.Add(Figure.Of($"durable, {Math.Min(runs, 50)} runs at once, {shape}", "bytes/activity", bytes.Select(b => b / total)) with { AtMost = 8192 });
        }

        return figures;
    }

    /// <summary>Work: a thousand independent ones in one run.</summary>
    public static async Task<IReadOnlyList<Figure>> WorkAsync(bool quick, CancellationToken cancellationToken)
    {
        var works = quick ? 200 : 1000;
        await using var engine = await BenchEngine.StartAsync(workSlots: 0, cancellationToken);
        var definition = DefinitionReader.Read(FlowShapes.Independent(works, "Bench.NoOp"));
        var (seconds, bytes) = await MeasureAsync(() => engine.RunAsync(definition, 1, cancellationToken));
        var quartz = await WorkDispatchBenchmark.QuartzAloneAsync(cancellationToken);
        return
        [
            Figure.Of($"durable, {works:N0} independent no-op works in one run", "works/s", seconds.Select(s => works / s)) with
            {
                AtLeast = 6000,
                Yardstick = $"raw Quartz in memory: {quartz[0].Median:N0}/s",
            },
            Figure.Of($"durable, {works:N0} independent no-op works in one run", "bytes/work", bytes.Select(b => b / works)),
        ];
    }

    private static async Task WavesAsync(BenchEngine engine, WorkflowDefinition definition, int runs, CancellationToken cancellationToken)
    {
        for (var left = runs; left > 0; left -= 50)
        {
            await engine.RunAsync(definition, Math.Min(left, 50), cancellationToken);
        }
    }

    private static async Task<(List<double> Seconds, List<double> Bytes)> MeasureAsync(Func<Task> once)
    {
        await once();
        await once();
        var (seconds, bytes) = (new List<double>(), new List<double>());
        for (var i = 0; i < Rounds; i++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var watch = Stopwatch.StartNew();
            await once();
            seconds.Add(watch.Elapsed.TotalSeconds);
            bytes.Add(GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return (seconds, bytes);
    }
}
