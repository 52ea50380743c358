using System.Diagnostics;
using Dag.Workflows.Scheduling;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Benchmarks;

/// <summary>
/// No-op works a second through the dispatcher alone, nothing stored: one run with all of them, and a hundred runs that share them. Beside
/// it the yardstick: the same number of no-op triggers through Quartz without slots, grants or fairness, all in its store at once, which is
/// what makes it slower than the dispatcher, whose store holds no more triggers than there are slots.
/// </summary>
internal static class WorkDispatchBenchmark
{
    private const int Works = 20_000;

    /// <summary>The medians of five repetitions after one for warming up.</summary>
    public static async Task<IReadOnlyList<Figure>> RunAsync(CancellationToken cancellationToken)
    {
        var options = new SchedulingOptions();
        var figures = new List<Figure>(await QuartzAloneAsync(cancellationToken));
        foreach (var runs in new[] { 1, 100 })
            figures.AddRange(await MeasureAsync($"dispatcher, {runs} run{(runs == 1 ? "" : "s")}", () => DispatchAsync(options, runs, cancellationToken)));
        return figures;
    }

    /// <summary>The yardstick alone: works a second, and bytes for each.</summary>
    public static Task<IReadOnlyList<Figure>> QuartzAloneAsync(CancellationToken cancellationToken) =>
        MeasureAsync("Quartz alone, in memory", () => QuartzAsync(new SchedulingOptions(), cancellationToken));

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(string name, Func<Task<TimeSpan>> once)
    {
        await once();
        var seconds = new List<double>();
        var bytes = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            seconds.Add((await once()).TotalSeconds);
            bytes.Add(GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return [Figure.Of(name, "works/s", seconds.Select(s => Works / s)), Figure.Of(name, "bytes/work", bytes.Select(b => b / Works))];
    }

    private static async Task<TimeSpan> QuartzAsync(SchedulingOptions options, CancellationToken cancellationToken)
    {
        await using var engine = await QuartzEngine.StartAsync(options, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        var left = Works;
        var done = new TaskCompletionSource();
        await engine.HandleAsync("raw", CountAsync, cancellationToken);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Works; i++)
            await engine.FireAsync("raw", $"{i}", TimeProvider.System.GetUtcNow(), cancellationToken);
        await done.Task.WaitAsync(cancellationToken);
        return watch.Elapsed;

        Task CountAsync(string trigger)
        {
            if (Interlocked.Decrement(ref left) == 0)
                done.SetResult();
            return Task.CompletedTask;
        }
    }

    private static async Task<TimeSpan> DispatchAsync(SchedulingOptions options, int runs, CancellationToken cancellationToken)
    {
        await using var engine = await QuartzEngine.StartAsync(options, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        var left = Works;
        var waiting = Enumerable.Range(0, runs).ToDictionary(r => $"run {r}", _ => Works / runs);
        var done = new TaskCompletionSource();
        WorkDispatcher dispatcher = null!;
        dispatcher = await WorkDispatcher.StartAsync(engine, options, GrantAsync, NullLogger.Instance, cancellationToken);
        var watch = Stopwatch.StartNew();
        foreach (var run in waiting.Keys.ToList())
            dispatcher.Offer(run, Works / runs);
        await done.Task.WaitAsync(cancellationToken);
        return watch.Elapsed;

        Task GrantAsync(SlotGrant grant)
        {
            lock (waiting)
            {
                var now = waiting[grant.RunId];
                var used = Math.Min(grant.Count, now);
                waiting[grant.RunId] = now - used;
                var items = new WorkItem[used];
                for (var i = 0; i < used; i++)
                    items[i] = new WorkItem { Key = $"{now - i}", Execute = CountAsync };
                dispatcher.Answer(grant, items, now - used);
            }

            return Task.CompletedTask;
        }

        Task CountAsync(WorkSlot slot)
        {
            if (Interlocked.Decrement(ref left) == 0)
                done.SetResult();
            return Task.CompletedTask;
        }
    }
}
