using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Dag.Benchmarks;

/// <summary>
/// The service as a process of its own on an empty database: how long until it answers, and how much memory it holds when it has been
/// left alone for a while.
/// </summary>
internal static class ServeBenchmark
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Dag.Host.dll");

    public static async Task<IReadOnlyList<Figure>> RunAsync(bool quick, CancellationToken cancellationToken)
    {
        var idle = TimeSpan.FromSeconds(quick ? 2 : 10);
        var (starts, memory, runtime) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < (quick ? 1 : 5); round++)
        {
            runtime.Add(await VersionAsync(cancellationToken));
            var (start, megabytes) = await ServeAsync(idle, cancellationToken);
            starts.Add(start);
            memory.Add(megabytes);
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

    private static async Task<(double Seconds, double Megabytes)> ServeAsync(TimeSpan idle, CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("dag-bench-serve-").FullName;
        var url = $"http://127.0.0.1:{FreePort()}";
        var watch = Stopwatch.StartNew();
        using var process = Start("serve", "--urls", url, "--data", data);
        try
        {
            var seconds = await FirstAnswerAsync(process, url, watch, cancellationToken);
            await Task.Delay(idle, TimeProvider.System, cancellationToken);
            process.Refresh();
            return (seconds, process.WorkingSet64 / 1e6);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<double> FirstAnswerAsync(Process process, string url, Stopwatch watch, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        while (watch.Elapsed < Patience && !process.HasExited)
        {
            try
            {
                using var answer = await client.GetAsync("/health", cancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return watch.Elapsed.TotalSeconds;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }

        throw new InvalidOperationException("The service did not become ready.");
    }

    private static async Task<double> VersionAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        using var process = Start("--version");
        await process.WaitForExitAsync(cancellationToken);
        return watch.Elapsed.TotalSeconds;
    }

    private static Process Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("DAG_DATABASE");
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return int.Parse(listener.LocalEndpoint.ToString()!.Split(':')[^1], CultureInfo.InvariantCulture);
    }
}
