using System.Diagnostics;
using System.Text.Json;
using Dag.Workflows.Definitions;
using Dag.Workflows.Running;

namespace Dag.Benchmarks;

/// <summary>One process that carries a long run on: begins it, or goes on with the one that it finds.</summary>
internal sealed class LongPart(LongShape shape)
{
    private static readonly double[] Fractions = [0.1, 0.5, 1];

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly DateTime _processStart = Process.GetCurrentProcess().StartTime.ToUniversalTime();
    private DagEngine? _engine;
    private long _engineStart;
    private bool _isFound;
    private int _next;

    /// <summary>Runs to the end of the run, prints a <see cref="LongLine"/> for each thing measured, and gives the exit code.</summary>
    public async Task<int> RunAsync(string folder, CancellationToken cancellationToken)
    {
        _isFound = Directory.EnumerateFiles(folder).Any();
        await using var bench = await BenchEngine.StartAsync(workSlots: 0, cancellationToken, folder, Listen);
        var runId = _isFound
            ? (await bench.Engine.ListRunsAsync(new(), cancellationToken)).Runs[0].Id
            : await bench.Engine.StartRunAsync(new StartRequest { Definition = DefinitionReader.Read(shape.Json) }, cancellationToken);
        await _ended.Task.WaitAsync(cancellationToken);
        for (var look = 0; look < 2; look++)
        {
            var watch = Stopwatch.GetTimestamp();
            await bench.Traces.LookAsync(runId!, trace => trace.Journal.TakeLast(100).ToArray(), cancellationToken);
            Say(LongLine.Journal, 1, Stopwatch.GetElapsedTime(watch).TotalSeconds);
        }

        return 0;
    }

    private void Listen(DagEngine engine)
    {
        (_engine, _engineStart) = (engine, Stopwatch.GetTimestamp());
        engine.Feed.Listen(Follow);
    }

    private void Follow(RunNotice notice)
    {
        if (notice is not RunChanged || _engine!.FindHeld(notice.Run.Id)?.State is not { } state)
        {
            return;
        }

        lock (_gate)
        {
            if (notice.Run.SubStatus is "Faulted")
            {
                Say(LongLine.Faulted, 1);
                return;
            }

            var fraction = notice.Run.FinishedAt is not null ? 1 : Math.Min((state.NextExecutionId - 1) / (double)shape.Executions, 0.999);
            if (_isFound)
            {
                Say(LongLine.GoesOn, fraction);
                _isFound = false;
                _next = Array.FindIndex(Fractions, f => f > fraction);
            }

            for (; _next < Fractions.Length && fraction >= Fractions[_next]; _next++)
            {
                GC.Collect();
                Say(LongLine.Held, Fractions[_next]);
            }
        }

        if (notice.Run.FinishedAt is not null)
        {
            _ended.TrySetResult();
        }
    }

    private void Say(string what, double fraction, double? seconds = null)
    {
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(JsonSerializer.Serialize(new LongLine(
            what,
            fraction,
            seconds ?? (TimeProvider.System.GetUtcNow().UtcDateTime - _processStart).TotalSeconds,
            Stopwatch.GetElapsedTime(_engineStart).TotalSeconds,
            GC.GetTotalMemory(forceFullCollection: false),
            process.WorkingSet64)));
    }
}
