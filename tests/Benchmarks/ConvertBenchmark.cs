using System.Diagnostics;
using System.Text.Json;
using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Activities.Transform;
using Dag.Workflows.Activities;
using Dag.Workflows.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Benchmarks;

/// <summary>
/// CSV to Parquet: 1 GB of generated flights through <c>Dag.ConvertToParquet</c>, with and without the content hash, and as a yardstick
/// through a bare COPY of the engine at the same codec, memory limit, threads and row groups. Each measurement is a process of its own, so that
/// its peak memory is its own, and converts the first lines once before, as a service that is up has; the variants take turns, so that a busy
/// machine is busy for all.
/// </summary>
internal static class ConvertBenchmark
{
    /// <summary>The verb of a process that measures once.</summary>
    public const string Child = "convert-once";

    private const int Rounds = 5;
    private const int Rows = 17_000_000;
    private const int WarmUpRows = 1_000;
    private const int MemoryLimitMegabytes = 512;
    private static readonly string[] Variants = ["raw", "convert", "convert+hash"];

    public static async Task<IReadOnlyList<Figure>> RunAsync(bool quick, CancellationToken cancellationToken)
    {
        var source = Generate(cancellationToken);
        var megabytes = new FileInfo(source).Length / 1e6;
        var samples = Variants.ToDictionary(v => v, _ => new List<Sample>());
        for (var round = 0; round <= (quick ? 1 : Rounds); round++)
        {
            foreach (var name in Variants)
            {
                var sample = await StartAsync(name, source, cancellationToken);
                if (round > 0) // The first one fills the page cache.
                {
                    samples[name].Add(sample);
                }
            }
        }

        var raw = samples["raw"];
        return
        [
            Speed("the engine's COPY", raw, megabytes),
            Speed("Dag.ConvertToParquet without hash", samples["convert"], megabytes),
            Speed("Dag.ConvertToParquet", samples["convert+hash"], megabytes),
            Ratio("speed without hash", raw, samples["convert"], s => s.Seconds) with { AtLeast = 0.95 },
            Ratio("speed", raw, samples["convert+hash"], s => s.Seconds) with { AtLeast = 0.85 },
            Ratio("speed per processor time without hash", raw, samples["convert"], s => s.ProcessorSeconds),
            Ratio("speed per processor time", raw, samples["convert+hash"], s => s.ProcessorSeconds),
            Figure.Of("peak memory of the process", "MB", samples["convert+hash"].Select(s => s.PeakBytes / 1e6)) with
            {
                AtMost = 500,
                Yardstick = $"the engine's COPY: {Figure.Text(raw.Max(s => s.PeakBytes) / 1e6)} MB",
            },
        ];
    }

    /// <summary>Measures once, in this process, and prints the sample for the process that started it.</summary>
    public static async Task<int> MeasureAsync(string variant, string csv, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("dag-bench-").FullName;
        try
        {
            var head = Path.Combine(folder, "head.csv");
            await File.WriteAllLinesAsync(head, File.ReadLines(csv).Take(WarmUpRows + 1), cancellationToken);
            await MeasureAsync(variant, head, Path.Combine(folder, "head"), WarmUpRows, cancellationToken);
            using var process = Process.GetCurrentProcess();
            var before = process.TotalProcessorTime;
            var seconds = await MeasureAsync(variant, csv, Path.Combine(folder, "all"), Rows, cancellationToken);
            process.Refresh();
            Console.WriteLine(JsonSerializer.Serialize(
                new Sample(seconds, (process.TotalProcessorTime - before).TotalSeconds, process.PeakWorkingSet64)));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> MeasureAsync(string variant, string csv, string folder, int rows, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var (seconds, converted) = variant == "raw"
            ? MeasureRaw(csv, folder, cancellationToken)
            : await MeasureActivityAsync(csv, folder, hash: variant == "convert+hash", cancellationToken);
        return converted == rows ? seconds : throw new InvalidOperationException($"{converted} rows came out of {rows}.");
    }

    private static Figure Speed(string what, IReadOnlyList<Sample> samples, double megabytes) =>
        Figure.Of($"1 GB of CSV to Parquet (zstd), {what}", "MB/s", samples.Select(s => megabytes / s.Seconds));

    // Of neighbours in time: a busy machine is busy for both.
    private static Figure Ratio(string what, List<Sample> raw, List<Sample> samples, Func<Sample, double> cost) =>
        Figure.Of($"{what}, over that of the engine's COPY", "times", raw.Zip(samples, (r, s) => cost(r) / cost(s)));

    private static string Generate(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "dag-bench")).FullName;
        var path = Path.Combine(folder, $"flights-{Rows}.csv");
        if (File.Exists(path))
        {
            return path;
        }

        Console.Error.WriteLine($"Generating {path} once…");
        using var connection = Engine(folder).Open();
        string Letter(int seed) => $"chr(65 + (hash(i, {seed}) % 26)::INT)";
        connection.Execute(
            $"""
            COPY (SELECT i AS id, DATE '2024-01-01' + (i % 366)::INT AS date, (hash(i) % 400)::INT - 60 AS delay,
              (hash(i, 1) % 4000)::INT AS distance, {Letter(2)} || {Letter(3)} || {Letter(4)} AS origin, {Letter(5)} || {Letter(6)} || 'X' AS destination,
              round((hash(i, 7) % 1000000) / 977.0, 3) AS fare, hash(i, 8) % 2 = 0 AS night, 'note ' || (hash(i, 9) % 100000)::VARCHAR AS remark
              FROM range({Rows}) t(i)) TO {DuckDbSql.Literal(path + ".new")} (FORMAT csv, HEADER)
            """,
            cancellationToken);
        File.Move(path + ".new", path);
        return path;
    }

    private static async Task<Sample> StartAsync(string variant, string csv, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ConvertBenchmark).Assembly.Location);
        }

        foreach (var argument in new[] { Child, variant, csv })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<Sample>(output)!
            : throw new InvalidOperationException($"The measurement of {variant} ended with exit code {process.ExitCode}.");
    }

    private static (double Seconds, long Rows) MeasureRaw(string csv, string folder, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var connection = Engine(folder).Open(new DuckDbSettings { PreserveInsertionOrder = false });
        var rows = connection.Execute(
            $"COPY (SELECT * FROM read_csv({DuckDbSql.Literal(csv)})) TO {DuckDbSql.Literal(Path.Combine(folder, "raw.parquet"))} " +
            "(FORMAT parquet, COMPRESSION zstd)",
            cancellationToken);
        return (Stopwatch.GetElapsedTime(started).TotalSeconds, rows);
    }

    private static async Task<(double Seconds, long Rows)> MeasureActivityAsync(string csv, string folder, bool hash, CancellationToken cancellationToken)
    {
        await using var database = new SqliteDatabase(Path.Combine(folder, "metadata.db"));
        await database.MigrateAsync([DataLake.Migrations], cancellationToken);
        var lake = new DataLake(
            new LakeOptions { Folder = Path.Combine(folder, "lake") }, database, TimeProvider.System, NullLogger<DataLake>.Instance);
        var activity = new ConvertToParquet(lake, Engine(folder), TimeProvider.System, NullLogger<ConvertToParquet>.Instance)
        {
            Source = [csv],
            Dataset = "flights",
            ContentHash = hash,
        };
        var context = new WorkContext
        {
            RunId = "bench",
            WorkflowName = "bench",
            ActivityId = "convert",
            ExecutionId = 1,
            Attempt = 1,
            IdempotencyKey = "bench",
        };
        var started = Stopwatch.GetTimestamp();
        await activity.ExecuteAsync(context, cancellationToken);
        return (Stopwatch.GetElapsedTime(started).TotalSeconds, activity.Rows);
    }

    private static DuckDbEngine Engine(string folder) =>
        new(new DuckDbOptions { MemoryLimitMegabytes = MemoryLimitMegabytes, SpillFolder = Path.Combine(folder, "spill") });

    private sealed record Sample(double Seconds, double ProcessorSeconds, long PeakBytes);
}
