using System.Diagnostics;

namespace Dag.Benchmarks;

/// <summary>
/// The service as a process of its own on an empty database: how long until it answers, and how much memory it holds when it has been
/// left alone for a while.
/// </summary>
internal static class ServeBenchmark
{
    public static async Task<IReadOnlyList<Figure>> RunAsync(bool quick, CancellationToken cancellationToken)
    {
        var idle = TimeSpan.FromSeconds(quick ? 2 : 10);
        var (starts, memory, runtime) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < (quick ? 1 : 5); round++)
        {
            runtime.Add(await VersionAsync(cancellationToken));
            await using var service = await ServiceProcess.StartAsync(cancellationToken);
            await Task.Delay(idle, TimeProvider.System, cancellationToken);
            starts.Add(service.SecondsToReady);
            memory.Add(service.Megabytes);
        }

        return
        [
            Figure.Of("serve, from its start to the first answer of /health", "s", starts) with
            {
                AtMost = 1.5,
                Yardstick = $"--version, which is .NET alone: {Figure.Text(runtime.Order().ElementAt(runtime.Count / 2))} s",
            },
            Figure.Of($"serve, resident after {idle.TotalSeconds:0} s at rest", "MB", memory) with { AtMost = 150 },
        ];
    }

    private static async Task<double> VersionAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        using var process = ServiceProcess.Run(new Dictionary<string, string>(), "--version");
        await process.WaitForExitAsync(cancellationToken);
        return watch.Elapsed.TotalSeconds;
    }
}
