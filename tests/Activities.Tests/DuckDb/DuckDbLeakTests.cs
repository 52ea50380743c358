using Dag.Activities.DuckDb;

namespace Dag.Activities.Tests.DuckDb;

/// <summary>Figures of the whole process, which other tests must not move: these run alone, after all others.</summary>
[CollectionDefinition(nameof(DuckDbLeakTests), DisableParallelization = true)]
[Collection(nameof(DuckDbLeakTests))]
public sealed class DuckDbLeakTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly DuckDbEngine _engine;
    private readonly DuckDbConnection _connection;

    public DuckDbLeakTests()
    {
        _engine = new DuckDbEngine(new DuckDbOptions { SpillFolder = _folder.File("spill"), MemoryLimitMegabytes = 128, Threads = 2 });
        _connection = _engine.Open();
    }

    public void Dispose()
    {
        _connection.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Ten_thousand_queries_leak_nothing()
    {
        Run(1_000);
        var before = Resident();
        Run(10_000);

        // A leaked result is several kilobytes: 10,000 of them are far over this.
        Assert.InRange(Resident() - before, long.MinValue, 16 << 20);

        void Run(int times)
        {
            for (var i = 0; i < times; i++)
            {
                using var result = _connection.Query("SELECT range, 'a text that is longer than twelve ' || range FROM range(3000) WHERE range <> $1", [i]);
                Assert.True(result.NextChunk());
            }
        }

        static long Resident()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            return process.WorkingSet64;
        }
    }

    [Fact]
    public void Opening_databases_over_and_over_leaks_no_handles_or_threads()
    {
        static (int Files, int Threads) Used() => (
            Directory.GetFiles("/proc/self/fd").Length, Directory.GetDirectories("/proc/self/task").Length);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc.");

        var before = Used();
        for (var i = 0; i < 100; i++)
        {
            using var connection = _engine.Open(new DuckDbSettings { Path = _folder.File("again.duckdb") });
            connection.Execute("CREATE OR REPLACE TABLE t AS SELECT 1 AS a");
        }

        var after = Used();
        Assert.InRange(after.Files - before.Files, -50, 20);
        Assert.InRange(after.Threads - before.Threads, -50, 20);
    }
}
