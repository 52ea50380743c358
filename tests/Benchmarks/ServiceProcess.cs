using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Dag.Benchmarks;

/// <summary>The service as a process of its own on a database of its own, or on one that is there, on a free port of this machine.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Dag.Host.dll");
    private readonly string _data;
    private readonly bool _keepsData;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Process _process;

    private ServiceProcess(IReadOnlyDictionary<string, string> environment, string? data)
    {
        _data = data ?? Directory.CreateTempSubdirectory("dag-bench-serve-").FullName;
        _keepsData = data is not null;
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
        _process = Run(environment, "serve", "--urls", Address.OriginalString, "--data", _data);
    }

    /// <summary>Where it answers.</summary>
    public Uri Address { get; }

    /// <summary>How long it took from its start to its first answer.</summary>
    public double SecondsToReady { get; private set; }

    /// <summary>The memory that it holds, in MB.</summary>
    public double Megabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>The processor time that it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <param name="environment">Variables for it.</param>
    /// <param name="data">A data folder, which stays; null for an empty one that goes with it.</param>
    public static async Task<ServiceProcess> StartAsync(
        CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null, string? data = null)
    {
        var service = new ServiceProcess(environment ?? new Dictionary<string, string>(), data);
        await service.WaitAsync(cancellationToken);
        return service;
    }

    /// <summary>Runs the program with other arguments.</summary>
    public static Process Run(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("DAG_DATABASE");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        if (!_keepsData)
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = Address };
        while (_watch.Elapsed < Patience && !_process.HasExited)
        {
            try
            {
                using var answer = await client.GetAsync("/health", cancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    SecondsToReady = _watch.Elapsed.TotalSeconds;
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
        }

        await DisposeAsync();
        throw new InvalidOperationException("The service did not become ready.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return int.Parse(listener.LocalEndpoint.ToString()!.Split(':')[^1], CultureInfo.InvariantCulture);
    }
}
