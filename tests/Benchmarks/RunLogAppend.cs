using System.Diagnostics;
using Dag.Workflows.RunLog;
using Dag.Workflows.Storage;

namespace Dag.Benchmarks;

/// <summary>How fast the run log stores the bursts of many runs at once, durably.</summary>
internal static class RunLogAppend
{
    private const int EventBytes = 120;

    /// <summary>On SQLite: 50 runs at once, bursts of 100 events with and without work rows.</summary>
    public static async Task<IReadOnlyList<Figure>> FiguresAsync(bool quick, CancellationToken cancellationToken)
    {
        var figures = new List<Figure>();
        var folder = Directory.CreateTempSubdirectory("dag-bench-").FullName;
        try
        {
            foreach (var rows in (int[])[0, 10])
            {
                var options = new RunLogAppendOptions { AppendsPerRun = quick ? 20 : 100, WorkRowsPerAppend = rows };
                var results = new List<RunLogAppendResult>();
                for (var i = 0; i < 5; i++)
                {
                    results.Add(await RunAsync(options, folder, cancellationToken));
                }

                var name = $"run log, {options.Runs} runs at once, {options.EventsPerAppend} events and {rows} work rows an append";
                figures.Add(Figure.Of(name, "appends/s", results.Select(r => r.AppendsPerSecond)));
                figures.Add(Figure.Of(name, "bytes/append", results.Select(r => r.BytesPerAppend)));
            }

            return figures;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Appends in a fresh SQLite file under the folder.</summary>
    public static async Task<RunLogAppendResult> RunAsync(RunLogAppendOptions options, string folder, CancellationToken cancellationToken)
    {
        await using var database = new SqliteDatabase(Path.Combine(folder, $"{Guid.NewGuid():N}.db"));
        return await RunAsync(options, database, cancellationToken);
    }

    /// <summary>Appends in a database that has no runs yet.</summary>
    public static async Task<RunLogAppendResult> RunAsync(
        RunLogAppendOptions options, MetadataDatabase database, CancellationToken cancellationToken)
    {
        await database.MigrateAsync([new MigrationSource("workflows", typeof(MetadataDatabase).Assembly)], cancellationToken);
        var log = new SqlRunLog(database, TimeProvider.System);
        await AppendAllAsync(options with { AppendsPerRun = 5 }, log, "warm", cancellationToken);

        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        await AppendAllAsync(options, log, "run", cancellationToken);
        var seconds = watch.Elapsed.TotalSeconds;
        var appends = options.Runs * options.AppendsPerRun;
        return new RunLogAppendResult
        {
            AppendsPerSecond = appends / seconds,
            EventsPerSecond = appends * (double)options.EventsPerAppend / seconds,
            WorkRowsPerSecond = appends * (double)options.WorkRowsPerAppend / seconds,
            BytesPerAppend = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)appends,
            ProcessorShare = (Environment.CpuUsage.TotalTime - processor).TotalSeconds / seconds,
        };
    }

    private static Task AppendAllAsync(RunLogAppendOptions options, SqlRunLog log, string name, CancellationToken cancellationToken)
    {
        var events = new byte[options.EventsPerAppend * EventBytes];
        return Task.WhenAll(Enumerable.Range(0, options.Runs).Select(
            i => Task.Run(() => AppendRunAsync(options, log, $"{name}-{i}", events, cancellationToken), cancellationToken)));
    }

    private static async Task AppendRunAsync(
        RunLogAppendOptions options, SqlRunLog log, string runId, byte[] events, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var summary = new RunSummary
        {
            Id = runId,
            DefinitionId = "benchmark",
            DefinitionVersionId = "benchmark-1",
            Version = 1,
            WorkflowName = "Benchmark",
            Status = "Running",
            SubStatus = "Executing",
            CreatedAt = now,
            UpdatedAt = now,
        };
        var work = Enumerable.Range(0, options.WorkRowsPerAppend).Select(i => Work(runId, i, now)).ToArray();
        for (var i = 0; i < options.AppendsPerRun; i++)
        {
            var outcome = await log.AppendAsync(
                new RunBatch
                {
                    RunId = runId,
                    Node = "benchmark",
                    Epoch = 1,
                    FirstSequence = (i * (long)options.EventsPerAppend) + 1,
                    EventCount = options.EventsPerAppend,
                    Events = events,
                    Summary = summary,
                    Work = work,
                },
                cancellationToken);
            if (outcome != AppendOutcome.Appended)
                throw new InvalidOperationException($"Append {i} of {runId} ended as {outcome}.");
        }
    }

    private static WorkExecutionRow Work(string runId, int id, DateTimeOffset now) => new()
    {
        RunId = runId,
        ExecutionId = id,
        ActivityId = $"activity{id}",
        NodeId = $"Workflow1:Flowchart1:activity{id}",
        Type = "Dag.NoOp",
        Status = "Completed",
        Attempts = 1,
        StartedAt = now,
        FinishedAt = now,
    };
}

/// <summary>What to append.</summary>
internal sealed record RunLogAppendOptions
{
    /// <summary>Runs that append at once; default 50.</summary>
    public int Runs { get; init; } = 50;

    /// <summary>Appends of each run; default 100.</summary>
    public int AppendsPerRun { get; init; } = 100;

    /// <summary>Events in each append, 120 bytes each; default 100.</summary>
    public int EventsPerAppend { get; init; } = 100;

    /// <summary>Work executions that each append inserts or replaces; default none.</summary>
    public int WorkRowsPerAppend { get; init; }
}

/// <summary>What was measured.</summary>
internal sealed record RunLogAppendResult
{
    /// <summary>Appends a second.</summary>
    public required double AppendsPerSecond { get; init; }

    /// <summary>Events a second.</summary>
    public required double EventsPerSecond { get; init; }

    /// <summary>Work rows a second.</summary>
    public required double WorkRowsPerSecond { get; init; }

    /// <summary>Bytes allocated for each append.</summary>
    public required double BytesPerAppend { get; init; }

    /// <summary>Processor seconds for each second; 1 is one busy core.</summary>
    public required double ProcessorShare { get; init; }
}
