using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Dag.Benchmarks;

/// <summary>
/// Runs of a million activities, on SQLite: what they hold in memory as they go on, and how soon they go on after their process was killed
/// half-way. Every part of a run is a process of its own.
/// </summary>
internal static class LongBenchmark
{
    /// <summary>The argument with which this program measures one part of a run.</summary>
    public const string Child = "long-part";

    public static async Task<IReadOnlyList<Figure>> RunAsync(bool quick, CancellationToken cancellationToken)
    {
        var figures = new List<Figure>();
        foreach (var shape in LongShape.All(quick))
        {
            figures.AddRange(await MeasureAsync(shape, quick, cancellationToken));
        }

        return figures;
    }

    private static async Task<IReadOnlyList<Figure>> MeasureAsync(LongShape shape, bool quick, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("dag-bench-long-").FullName;
        try
        {
            var first = await RunPartAsync(shape, quick, folder, l => l.Fraction >= 0.5, cancellationToken);
            var second = await RunPartAsync(shape, quick, folder, _ => false, cancellationToken);
            var goesOn = second.Single(l => l.What == LongLine.GoesOn);
            var journal = second.Where(l => l.What == LongLine.Journal).ToArray();
            LongLine At(double fraction) => first.Concat(second).First(l => l.What == LongLine.Held && l.Fraction == fraction);
            var seconds = first.Last().Seconds + second.Last(l => l.What == LongLine.Held).Seconds - goesOn.Seconds;
            return
            [
                Of("executions a second", "1/s", shape.Executions / seconds),
                Of("killed half-way, from the start of the engine until it goes on", "s", goesOn.SinceEngine) with { AtMost = 2 },
                Of("killed half-way, from the start of the process until it goes on", "s", goesOn.Seconds),
                .. new[] { 0.1, 0.5, 1 }.Select(f => Of($"managed memory at {f:P0}", "MB", At(f).Managed / 1e6)),
                Of("managed memory at 100 % against 10 %", "times", (double)At(1).Managed / At(0.1).Managed) with { AtMost = 1.5 },
                .. new[] { 0.1, 0.5, 1 }.Select(f => Of($"resident memory at {f:P0}", "MB", At(f).Resident / 1e6)),
                Of("its journal opened at the end, first look", "s", journal[0].Seconds),
                Of("its journal opened at the end, next look", "s", journal[1].Seconds),
                Of("resident memory after its journal was looked at", "MB", journal[^1].Resident / 1e6),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Figure Of(string what, string unit, double value) => Figure.Of($"{shape.What}, {what}", unit, [value]);
    }

    // The lines that a part prints; it is killed after the one that this is true of.
    private static async Task<IReadOnlyList<LongLine>> RunPartAsync(
        LongShape shape, bool quick, string folder, Func<LongLine, bool> kill, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(LongBenchmark).Assembly.Location);
        }

        foreach (var argument in new[] { Child, shape.Name, quick.ToString(CultureInfo.InvariantCulture), folder })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var lines = new List<LongLine>();
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } text)
        {
            lines.Add(JsonSerializer.Deserialize<LongLine>(text)!);
            if (lines[^1].What == LongLine.Faulted || kill(lines[^1]))
            {
                process.Kill();
                break;
            }
        }

        await process.WaitForExitAsync(cancellationToken);
        return lines is [.., { What: LongLine.Faulted }] ? throw new InvalidOperationException($"The run of '{shape.Name}' faulted.") : lines;
    }
}
