using Dag.Activities.Models;

namespace Dag.Benchmarks;

/// <summary>
/// <c>engine</c>, <c>convert</c>, <c>check</c>, <c>serve</c>, <c>webhooks</c>, <c>script</c>, <c>train</c>, <c>dispatch</c>, <c>log</c>, <c>make</c>, <c>waiting</c>, <c>long</c>, <c>lists</c> or <c>all</c>; <c>--json</c> prints
/// objects in place of tables, <c>--quick</c> measures less. Exit code 0 when every target was met, 1 when one was not, 2 for wrong usage.
/// </summary>
internal static class Program
{
    private static readonly Dictionary<string, Func<bool, CancellationToken, Task<IReadOnlyList<Figure>>>> Verbs = new()
    {
        ["engine"] = EngineAsync,
        ["convert"] = ConvertBenchmark.RunAsync,
        ["check"] = CheckBenchmark.RunAsync,
        ["make"] = MakeBenchmark.RunAsync,
        ["waiting"] = WaitingBenchmark.RunAsync,
        ["long"] = LongBenchmark.RunAsync,
        ["lists"] = ListBenchmark.RunAsync,
        ["serve"] = ServeBenchmark.RunAsync,
        ["webhooks"] = WebhookBenchmark.RunAsync,
        ["script"] = ScriptBenchmark.RunAsync,
        ["train"] = (_, token) => TrainBenchmark.RunAsync(null, token),
        ["dispatch"] = (_, token) => WorkDispatchBenchmark.RunAsync(token),
        ["log"] = RunLogAppend.FiguresAsync,
    };

    public static async Task<int> Main(string[] args)
    {
        if (args is [XgboostWorker.Verb])
        {
            return XgboostWorker.Run(Console.OpenStandardInput(), Console.OpenStandardOutput());
        }

        if (args is [ConvertBenchmark.Child, var variant, var source])
        {
            return await ConvertBenchmark.MeasureAsync(variant, source, CancellationToken.None);
        }

        if (args is [LongBenchmark.Child, var name, var isQuick, var folder])
        {
            return await new LongPart(LongShape.All(bool.Parse(isQuick)).Single(s => s.Name == name)).RunAsync(folder, CancellationToken.None);
        }

        using var interrupted = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            interrupted.Cancel();
        };
        var (json, quick) = (args.Contains("--json"), args.Contains("--quick"));
        var verbs = args is ["all", ..] ? [.. Verbs.Keys] : args.Where(a => !a.StartsWith('-')).ToArray();
        if (verbs.Length == 0 || verbs.Except(Verbs.Keys).Any())
        {
            await Console.Error.WriteLineAsync($"usage: dag bench {string.Join('|', Verbs.Keys.Append("all"))} [--json] [--quick]");
            return 2;
        }

        var met = true;
        foreach (var verb in verbs)
        {
            var figures = await Verbs[verb](quick, interrupted.Token);
            BenchOutput.Print(verb, figures, json);
            met &= figures.All(f => f.Met != false);
        }

        return met ? 0 : 1;
    }

    private static async Task<IReadOnlyList<Figure>> EngineAsync(bool quick, CancellationToken cancellationToken) =>
    [
        .. await EngineBenchmark.RunAsync(activitiesPerRound: quick ? 50_000 : 200_000, cancellationToken: cancellationToken),
        .. await DurableBenchmark.ControlAsync(quick, cancellationToken),
        .. await DurableBenchmark.WorkAsync(quick, cancellationToken),
    ];
}
