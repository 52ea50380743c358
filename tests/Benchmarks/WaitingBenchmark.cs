using System.Diagnostics;
using Dag.Workflows.Definitions;

namespace Dag.Benchmarks;

/// <summary>Runs that wait for an event: what they cost in memory while they do, how soon one event wakes them all, and a restart with them.</summary>
internal static class WaitingBenchmark
{
    private const string Waits = """
        {"definitionId":"waits","variables":[{"id":"a","name":"A","value":"x"},{"id":"b","name":"B","typeName":"Int32","value":"7"}],
         "root":{"id":"fc","type":"Elsa.Flowchart","activities":[
            {"id":"l","type":"Elsa.WriteLine","text":"begun"},{"id":"e","type":"Elsa.Event","eventName":"Go"},{"id":"m","type":"Elsa.WriteLine","text":"over"}],
          "connections":[{"source":{"activity":"l","port":"Done"},"target":{"activity":"e"}},{"source":{"activity":"e","port":"Done"},"target":{"activity":"m"}}]}}
        """;

    public static async Task<IReadOnlyList<Figure>> RunAsync(bool quick, CancellationToken cancellationToken)
    {
        var runs = quick ? 1000 : 10_000;
        await using var engine = await BenchEngine.StartAsync(workSlots: 0, cancellationToken);
        var definition = DefinitionReader.Read(Waits);
        await WakeAsync(engine, definition, 50, cancellationToken);
        var before = Memory();
        await StartAsync(engine, definition, runs, cancellationToken);
        var after = Memory();
        var watch = Stopwatch.StartNew();
        await engine.WakeAsync("Go", runs, cancellationToken);
        var seconds = watch.Elapsed.TotalSeconds;
        return
        [
            Figure.Of($"{runs:N0} runs that wait for an event, memory of the process", "MB", [after.Process / 1e6]) with { AtMost = 200 },
            Figure.Of($"{runs:N0} runs that wait for an event, managed memory for each", "bytes/run", [(after.Managed - before.Managed) / (double)runs]),
            Figure.Of($"one event wakes {runs:N0} runs, which end", "runs/s", [runs / seconds]),
            .. await RestartAsync(definition, runs, cancellationToken),
        ];
    }

    // The service with nothing, then with the runs: stopped in order before, and killed.
    private static async Task<IReadOnlyList<Figure>> RestartAsync(WorkflowDefinition definition, int runs, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("dag-bench-waiting-").FullName;
        try
        {
            await using (var engine = await BenchEngine.StartAsync(workSlots: 0, cancellationToken, folder))
            {
                await StartAsync(engine, definition, runs, cancellationToken);
            }

            var empty = await ServeAsync(null, cancellationToken);
            var stopped = await ServeAsync(folder, cancellationToken);
            var killed = await ServeAsync(folder, cancellationToken);
            return
            [
                Figure.Of($"serve after a kill with {runs:N0} waiting runs, until it is ready", "s", [killed.Seconds]) with
                {
                    AtMost = 10,
                    Yardstick = $"without any: {Figure.Text(empty.Seconds)} s",
                },
                Figure.Of($"serve after a kill with {runs:N0} waiting runs, processor time until it is ready", "s", [killed.ProcessorSeconds]) with
                {
                    Yardstick = $"without any: {Figure.Text(empty.ProcessorSeconds)} s",
                },
                Figure.Of($"serve with {runs:N0} waiting runs, resident", "MB", [stopped.Megabytes]) with { Yardstick = $"without any: {Figure.Text(empty.Megabytes)} MB" },
                Figure.Of($"{runs:N0} waiting runs found at the start, what they cost of that", "MB", [stopped.Megabytes - empty.Megabytes]) with { AtMost = 200 },
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(double Seconds, double ProcessorSeconds, double Megabytes)> ServeAsync(string? folder, CancellationToken cancellationToken)
    {
        await using var service = await ServiceProcess.StartAsync(cancellationToken, data: folder);
        var processor = service.ProcessorTime.TotalSeconds;
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, cancellationToken);
        return (service.SecondsToReady, processor, service.Megabytes);
    }

    private static async Task WakeAsync(BenchEngine engine, WorkflowDefinition definition, int runs, CancellationToken cancellationToken)
    {
        await StartAsync(engine, definition, runs, cancellationToken);
        await engine.WakeAsync("Go", runs, cancellationToken);
    }

    private static Task StartAsync(BenchEngine engine, WorkflowDefinition definition, int runs, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, runs),
            new ParallelOptions { MaxDegreeOfParallelism = 50, CancellationToken = cancellationToken },
            async (_, token) => await engine.StartAsync(definition, token));

    private static (double Process, double Managed) Memory()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return (process.WorkingSet64, GC.GetTotalMemory(forceFullCollection: true));
    }
}
