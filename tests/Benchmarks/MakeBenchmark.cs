using System.Diagnostics;
using System.Text;
using Dag.Workflows.Definitions;

namespace Dag.Benchmarks;

/// <summary>
/// A process for each task, four at once, with every start and end on disk, beside <c>make -j4</c>, which stores nothing: a chain of 40,
/// one to 100 to one, 1,000 independent.
/// </summary>
internal static class MakeBenchmark
{
    private const int Rounds = 5;

    public static async Task<IReadOnlyList<Figure>> RunAsync(bool quick, CancellationToken cancellationToken)
    {
        await using var engine = await BenchEngine.StartAsync(workSlots: 4, cancellationToken);
        var many = quick ? 200 : 1000;
        var figures = new List<Figure>();
        foreach (var (name, tasks, flow, rules) in ((string, int, string, string)[])
        [
            ("chain of 40", 40, FlowShapes.Chain(40, "Bench.Spawn"), Rules(40, i => i == 0 ? [] : [i - 1])),
            ("1 to 100 to 1", 102, FlowShapes.Fan(100, "Bench.Spawn"), Rules(102, i => i switch { 0 => [], 101 => Enumerable.Range(1, 100), _ => [0] })),
            ($"{many:N0} independent", many, FlowShapes.Independent(many, "Bench.Spawn"), Rules(many, _ => [])),
        ])
        {
            var definition = DefinitionReader.Read(flow);
            var mine = await MeasureAsync(tasks, () => engine.RunAsync(definition, 1, cancellationToken));
            var make = await MeasureAsync(tasks, () => MakeAsync(rules, cancellationToken));
            figures.Add(Figure.Of($"/bin/true as work, {name}", "ms/task", mine) with
            {
                Yardstick = $"make -j4: {Figure.Text(make.Order().ElementAt(Rounds / 2))} ms/task",
            });
        }

        return figures;
    }

    private static async Task<List<double>> MeasureAsync(int tasks, Func<Task> once)
    {
        await once();
        var figures = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            var watch = Stopwatch.StartNew();
            await once();
            figures.Add(watch.Elapsed.TotalMilliseconds / tasks);
        }

        return figures;
    }

    private static string Rules(int tasks, Func<int, IEnumerable<int>> needs)
    {
        var text = new StringBuilder($"all: {string.Join(' ', Enumerable.Range(0, tasks).Select(i => $"t{i}"))}\n");
        for (var i = 0; i < tasks; i++)
        {
            text.Append($"t{i}: {string.Join(' ', needs(i).Select(n => $"t{n}"))}\n\t@/bin/true\n");
        }

        return text.ToString();
    }

    private static async Task MakeAsync(string rules, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("make", ["-s", "-j4", "-f", "-", "all"]) { RedirectStandardInput = true };
        using var make = Process.Start(start)!;
        await make.StandardInput.WriteAsync(rules.AsMemory(), cancellationToken);
        make.StandardInput.Close();
        await make.WaitForExitAsync(cancellationToken);
        if (make.ExitCode != 0)
        {
            throw new InvalidOperationException($"make ended with exit code {make.ExitCode}.");
        }
    }
}
