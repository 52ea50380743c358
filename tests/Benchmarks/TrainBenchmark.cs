using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Dag.Activities.Models;

namespace Dag.Benchmarks;

/// <summary>
/// Training and prediction on 200,000 made-up flights of 6 columns, 100 trees of depth 6 on 2 threads. XGBoost's time includes its child
/// process, from start to end. Beside it the yardstick: the same training by Debian's python3-xgboost in a process that is already warm,
/// when it is installed.
/// </summary>
internal static class TrainBenchmark
{
    private const int Rows = 200_000;

    private const int Columns = 6;

    private const int Threads = 2;

    private const string Python = """
        import sys, time, numpy as np, xgboost as xgb
        d = np.fromfile(sys.argv[1], dtype=np.float32).reshape(-1, 7)
        for i in range(6):
            t = time.perf_counter()
            m = xgb.DMatrix(d[:, :6], d[:, 6])
            b = xgb.train(dict(max_depth=6, eta=0.1, tree_method='hist', nthread=2, objective='reg:squarederror'), m, 100)
            t1 = time.perf_counter()
            p = b.predict(m)
            print(t1 - t, time.perf_counter() - t1)
        """;

    /// <summary>The medians of five repetitions after one for warming up; Python's are left out where it is not installed.</summary>
    /// <param name="workerCommand">
    /// Starts the child process of XGBoost; null means this program with the verb <c>xgboost-worker</c>.
    /// </param>
    /// <param name="cancellationToken">Ends the benchmark.</param>
    public static async Task<IReadOnlyList<Figure>> RunAsync(IReadOnlyList<string>? workerCommand, CancellationToken cancellationToken)
    {
        var table = Flights();
        var options = new ModelOptions { WorkerCommand = workerCommand, Threads = Threads };
        using var xgboost = new XgboostTrainer(options, TimeProvider.System);
        var figures = new List<Figure>();
        foreach (var trainer in (IModelTrainer[])[new LinearRegressionTrainer(), xgboost])
        {
            TrainedModel model = null!;
            figures.Add(await MeasureAsync($"train {trainer.Candidate}", async () => model = await trainer.TrainAsync(
                Problem(table, trainer.NeedsFilled), cancellationToken)));
            var rows = Problem(table, trainer.NeedsFilled).Rows;
            figures.Add(await MeasureAsync($"predict {trainer.Candidate}", () => Task.FromResult(model.Predict(rows))));
        }

        figures.AddRange(await PythonAsync(table, cancellationToken));
        return figures;
    }

    private static async Task<Figure> MeasureAsync<T>(string name, Func<Task<T>> once)
    {
        await once();
        var seconds = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            var watch = Stopwatch.StartNew();
            await once();
            seconds.Add(watch.Elapsed.TotalSeconds);
        }

        return Milliseconds(name, seconds);
    }

    private static Figure Milliseconds(string name, IEnumerable<double> seconds) =>
        Figure.Of($"{name}, {Rows:N0} rows", "ms", seconds.Select(s => s * 1000));

    private static TrainingProblem Problem(ModelTable table, bool filled)
    {
        var rows = Enumerable.Range(0, Rows).ToArray();
        var encoding = FeatureEncodingFit.Fit(
            table, rows, FeatureColumns.Choose(table, [], "delay"), maxCategories: 50, dropIdentifiers: false);
        return new TrainingProblem
        {
            Task = ModelTask.Regression,
            Outputs = 1,
            Rows = encoding.Encode(table, rows, filled),
            Target = table.Find("delay")!.Numbers,
            FeatureNames = encoding.FeatureNames(filled),
            Parameters = new TrainingParameters(),
        };
    }

    private static ModelTable Flights()
    {
        var random = new Random(42);
        var columns = Enumerable.Range(0, Columns).Select(_ => new double[Rows]).ToArray();
        var delay = new double[Rows];
        for (var i = 0; i < Rows; i++)
        {
            foreach (var column in columns)
            {
                column[i] = Math.Floor(random.NextDouble() * 3000);
            }

            delay[i] = Math.Round((columns[0][i] / 100) + (columns[1][i] > 2000 ? columns[2][i] / 60 : 0) + (30 * random.NextDouble()));
        }

        return new ModelTable([.. columns.Select((c, i) => ModelColumn.OfNumbers($"x{i}", c)), ModelColumn.OfNumbers("delay", delay)]);
    }

    private static async Task<IReadOnlyList<Figure>> PythonAsync(ModelTable table, CancellationToken cancellationToken)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, Interleave(table), cancellationToken);
            var start = new ProcessStartInfo("/usr/bin/python3", ["-c", Python, file])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };

            // As our child process has it: on a busy machine threads that spin would make the yardstick ten times as long.
            start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
            using var process = Process.Start(start)!;
            var lines = (await process.StandardOutput.ReadToEndAsync(cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            await process.WaitForExitAsync(cancellationToken);
            var times = lines.Skip(1)
                .Select(line => line.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray()).ToList();
            return process.ExitCode != 0 ? [] :
            [
                Milliseconds("train python3-xgboost", [.. times.Select(t => t[0])]),
                Milliseconds("predict python3-xgboost", [.. times.Select(t => t[1])]),
            ];
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return [];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static byte[] Interleave(ModelTable table)
    {
        var values = new float[Rows * (Columns + 1)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)table.Columns[i % (Columns + 1)].Numbers[i / (Columns + 1)];
        }

        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }
}
