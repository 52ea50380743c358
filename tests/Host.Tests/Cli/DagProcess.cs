using System.Diagnostics;
using System.Text;
using Dag.Tests;

namespace Dag.Host.Tests.Cli;

/// <summary>The real executable.</summary>
internal sealed class DagProcess : IDisposable
{
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly Process _process;

    private DagProcess(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, string folder = "")
    {
        // A build server or a script with `&` may have started the tests with interrupts ignored, which children inherit.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", "exec", Path.Combine(TestPrograms.Folder(typeof(DagProcess).Assembly), "Dag.Host.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        start.Environment.Remove("DAG_API_KEY");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Receive(_output, e.Data);
        _process.ErrorDataReceived += (_, e) => Receive(_errors, e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Output => Read(_output);

    public string Errors => Read(_errors);

    public static DagProcess Start(params IEnumerable<string> arguments) => new(arguments, null);

    public static DagProcess Start(IReadOnlyDictionary<string, string>? environment, params IEnumerable<string> arguments) => new(arguments, environment);

    /// <summary>Runs to the end.</summary>
    public static async Task<(int Exit, string Output, string Errors)> RunAsync(params IEnumerable<string> arguments)
    {
        using var process = new DagProcess(arguments, null);
        return (await process.ExitAsync(), process.Output, process.Errors);
    }

    /// <summary>Runs to the end in a folder.</summary>
    public static async Task<(int Exit, string Output, string Errors)> RunInAsync(string folder, params IEnumerable<string> arguments)
    {
        using var process = new DagProcess(arguments, null, folder);
        return (await process.ExitAsync(), process.Output, process.Errors);
    }

    public async Task<int> ExitAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(90));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>Waits until it has printed this.</summary>
    public async Task WaitForAsync(string text)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(90));
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(_process.HasExited, $"It ended with {(_process.HasExited ? _process.ExitCode : 0)}: {Output}{Errors}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }

    public void Signal(string name) => Process.Start("kill", ["-s", name, $"{Id}"])!.WaitForExit();

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private static void Receive(StringBuilder text, string? line)
    {
        lock (text)
        {
            _ = line is null ? text : text.AppendLine(line);
        }
    }
}
