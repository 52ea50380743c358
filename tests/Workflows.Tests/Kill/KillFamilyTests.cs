using Dag.Tests;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Dag.Workflows.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Workflows.Tests.Kill;

/// <summary>Under SIGKILL a child is started once, its end reaches its parent once, and an event starts what it starts once.</summary>
public sealed class KillFamilyTests(PostgreSqlServer server) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dag-kill-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task Runs_that_start_others_on_SQLite_do_so_once_however_often_their_process_is_killed() => KillAsync(40, null);

    [Fact]
    public async Task Runs_that_start_others_on_PostgreSQL_do_so_once_however_often_their_process_is_killed()
    {
        await using var database = await server.CreateDatabaseAsync(empty: false);
        await KillAsync(20, ((PostgreSqlTestDatabase)database).Connection);
    }

    private async Task KillAsync(int kills, string? connection)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("DAG_KILL_SEED"), out var given) ? given : Random.Shared.Next();
        var options = new KillOptions { Folder = _folder, Connection = connection, Seed = seed, OpenRuns = 20, Families = true };
        var harness = new KillHarness(options);
        await harness.RunAsync(kills, TestContext.Current.CancellationToken);
        Assert.True(harness.Errors.Count == 0, $"DAG_KILL_SEED={seed}: {string.Join('\n', harness.Errors)}");

        await using var services = KillService.Compose(options, null);
        var engine = services.GetRequiredService<DagEngine>();
        Assert.Empty(await engine.Log.ReadOutboxAsync("killed", 10, CancellationToken.None));
        var runs = (await engine.ListRunsAsync(new RunFilter { Take = int.MaxValue }, CancellationToken.None)).Runs;
        Assert.All(runs, r => Assert.Equal("Finished", r.Status));
        await CheckAsync(engine, runs);
        await CheckEffectsAsync(services, runs, options);
    }

    private static async Task CheckAsync(DagEngine engine, IReadOnlyList<RunSummary> runs)
    {
        var mains = runs.Where(r => r.DefinitionId.StartsWith("main-", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(mains);
        Assert.Equal(mains.Count, mains.Select(m => m.DefinitionId).Distinct().Count());
        var children = runs.Where(r => r.DefinitionId == KillFamily.Child).ToLookup(r => r.ParentRunId);
        var reactions = runs.Where(r => r.DefinitionId == KillFamily.Reacts).ToLookup(r => r.CorrelationId);
        foreach (var main in mains)
        {
            var report = (await engine.ReportAsync(main.Id, CancellationToken.None))!;
            Assert.Equal("Finished", report.SubStatus);
            Assert.Equal(KillFamily.Lines, report.Lines);
            Assert.Equal(KillFamily.Children, children[main.Id].Count());
            Assert.Single(reactions[main.DefinitionId]);
        }

        Assert.Equal(runs.Count, mains.Count * (1 + KillFamily.Children + 1));
    }

    // A run may end faulted only when its work was lost with the process three times.
    private static async Task CheckEffectsAsync(IServiceProvider services, IReadOnlyList<RunSummary> runs, KillOptions options)
    {
        var effects = (await File.ReadAllLinesAsync(options.EffectsFile)).Select(l => l.Split(' ')).ToLookup(e => e[0], e => $"{e[1]} {e[2]}");
        foreach (var run in runs.Where(r => !r.DefinitionId.StartsWith("main-", StringComparison.Ordinal)))
        {
            var (_, events) = await services.GetRequiredService<RunLoader>().LoadEventsAsync(run.Id, CancellationToken.None);
            var started = events.OfType<AttemptStarted>().Select(e => $"{e.Execution} {e.Attempt}").ToList();
            Assert.Equal(effects[run.Id].Count(), effects[run.Id].Distinct().Count());
            Assert.Empty(effects[run.Id].Except(started));
            Assert.True(run.SubStatus == "Finished" || events.OfType<AttemptLost>().Count() == Burst.LostAttemptLimit, $"{run.Id} ended as {run.SubStatus}.");
        }
    }
}
