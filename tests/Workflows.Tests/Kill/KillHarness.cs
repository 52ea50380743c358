using System.Diagnostics;
using Dag.Tests;

namespace Dag.Workflows.Tests.Kill;

/// <summary>
/// Starts the service, kills it at a random moment, starts it again at once, and so on; then lets it finish what it has. Some kills come
/// while it is still starting.
/// </summary>
internal sealed class KillHarness(KillOptions options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Random _random = new(options.Seed);
    private readonly List<string> _errors = [];

    /// <summary>What the processes wrote to standard error.</summary>
    public IReadOnlyList<string> Errors => _errors;

    public TimeSpan StartTime { get; private set; }

    public async Task RunAsync(int kills, CancellationToken cancellationToken)
    {
        var starts = new List<TimeSpan>();
        var early = false;
        var next = Start(options);
        for (var i = 0; i < kills; i++)
        {
            using var service = next;
            service.StandardInput.WriteLine();
            next = Start(i < kills - 1 ? options : options with { OpenRuns = 0 });

            // Never two early kills in a row: an attempt must not be taken for poison because nothing can complete in between.
            early = !early && starts.Count > 0 && _random.Next(6) == 0;
            if (early)
            {
                await Task.Delay(StartTime * _random.NextDouble(), cancellationToken);
            }
            else
            {
                var watch = Stopwatch.StartNew();
                await WaitUntilUpAsync(service, cancellationToken);
                starts.Add(watch.Elapsed);
                StartTime = starts.Order().ElementAt(starts.Count / 2);
                await Task.Delay(_random.Next(20, 400), cancellationToken);
            }

            Assert.False(service.HasExited, $"The service ended by itself. {string.Join('\n', _errors)}");
            service.Kill();
            await service.WaitForExitAsync(cancellationToken);
        }

        using var last = next;
        last.StandardInput.WriteLine();
        try
        {
            await last.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            // What does not go on is seen in the histories.
            last.Kill();
        }
    }

    private Process Start(KillOptions with)
    {
        var program = Path.Combine(
            TestPrograms.Folder(typeof(KillHarness).Assembly), "Dag.Workflows.Tests" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var start = new ProcessStartInfo(program, [KillService.Verb, with.ToArgument()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // A process that lives half a second gains nothing from profiles and from code that is compiled twice.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "60000";
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
            {
                lock (_errors)
                {
                    _errors.Add(text);
                }
            }
        };
        process.BeginErrorReadLine();
        return process;
    }

    private async Task WaitUntilUpAsync(Process service, CancellationToken cancellationToken)
    {
        var line = await service.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken);
        if (line != KillService.Up)
        {
            await service.WaitForExitAsync(cancellationToken);
            Assert.Fail($"The service did not start: {line} {string.Join('\n', _errors)}");
        }
    }
}
