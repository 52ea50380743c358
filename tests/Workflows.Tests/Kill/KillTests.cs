using Dag.Tests;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Workflows.Tests.Kill;

/// <summary>The guarantees of the engine, under SIGKILL: nothing is lost, nothing that is on record happens again.</summary>
public sealed class KillTests(PostgreSqlServer server) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dag-kill-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // 200 kills in all; in two parts, because a busy machine takes its time for each of them.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public Task A_service_on_SQLite_that_is_killed_100_times_finishes_every_run_as_if_nothing_had_happened(int part) =>
        KillAsync(100, null, part);

    [Fact]
    public async Task A_service_on_PostgreSQL_that_is_killed_30_times_finishes_every_run_as_if_nothing_had_happened()
    {
        await using var database = await server.CreateDatabaseAsync(empty: false);
        await KillAsync(30, ((PostgreSqlTestDatabase)database).Connection, 2);
    }

    private async Task KillAsync(int kills, string? connection, int part)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("DAG_KILL_SEED"), out var given) ? given : HashCode.Combine(part, Random.Shared.Next());
        var options = new KillOptions { Folder = _folder, Connection = connection, Seed = seed, OpenRuns = 10 };
        var harness = new KillHarness(options);
        await harness.RunAsync(kills, TestContext.Current.CancellationToken);
        Assert.True(harness.Errors.Count == 0, $"DAG_KILL_SEED={seed}: {string.Join('\n', harness.Errors)}");

        await using var services = KillService.Compose(options, null);
        var audits = await AuditAsync(services, options);
        var faulty = audits.Where(a => a.Faults.Count > 0).ToList();
        Assert.True(faulty.Count == 0, $"DAG_KILL_SEED={seed}: {faulty.Count} of {audits.Count} runs. The first:\n{faulty.FirstOrDefault()?.Story}");
        Assert.Empty(await services.GetRequiredService<IRunLog>().ListTimersAsync(TestContext.Current.CancellationToken));
        var poisoned = audits.Count(a => a.DiedTooOften);
        TestContext.Current.SendDiagnosticMessage(
            $"seed {seed}: {kills} kills, {audits.Count} runs, {poisoned} ended by three lost attempts, a start took {harness.StartTime.TotalMilliseconds:F0} ms");
        Assert.True(poisoned <= Math.Max(2, audits.Count / 50), $"DAG_KILL_SEED={seed}: {poisoned} of {audits.Count} runs were lost to three kills of one attempt.");
    }

    private static async Task<IReadOnlyList<RunAudit>> AuditAsync(IServiceProvider services, KillOptions options)
    {
        var engine = services.GetRequiredService<DagEngine>();
        var effects = (await File.ReadAllLinesAsync(options.EffectsFile)).Select(l => l.Split(' ')).ToLookup(e => e[0]);
        var runs = (await engine.ListRunsAsync(new RunFilter { Take = int.MaxValue }, CancellationToken.None)).Runs;
        Assert.NotEmpty(runs);
        Assert.Empty((await File.ReadAllLinesAsync(options.StartsFile)).Except(runs.Select(r => r.Id)));
        Assert.Empty(effects.Select(e => e.Key).Except(runs.Select(r => r.Id)));
        Assert.Equal(runs.Count, runs.Select(r => r.DefinitionId).Distinct().Count());

        var audits = new List<RunAudit>();
        foreach (var run in runs)
        {
            var (_, events) = await services.GetRequiredService<RunLoader>().LoadEventsAsync(run.Id, CancellationToken.None);
            var report = await engine.ReportAsync(run.Id, CancellationToken.None);
            var work = await engine.ListWorkAsync(run.Id, CancellationToken.None);
            audits.Add(new RunAudit(run, report!, events, work, [.. effects[run.Id]], options.Seed));
        }

        return audits;
    }
}
