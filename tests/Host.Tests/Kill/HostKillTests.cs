using System.Net.Http.Json;
using System.Text.Json;
using Dag.Host.Hosting;
using Dag.Host.Tests.Cli;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Dag.Workflows.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Host.Tests.Kill;

/// <summary>
/// The executable as it is shipped, killed at random while it runs workflows of 200 activities. <c>DAG_HOST_KILLS=200</c> is the long form;
/// the engine's own harness (<c>KillTests</c> of the workflows) kills more often and with more kinds of workflows.
/// </summary>
public sealed class HostKillTests : IDisposable
{
    private const int OpenRuns = 5;
    private const int FewestEffects = 60;
    private const int MostEffects = 250;
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("DAG_HOST_KILLS"), out var given) ? given : 15;

    // A process that lives a second gains nothing from code that is compiled twice.
    private static readonly Dictionary<string, string> Environments = new() { ["DOTNET_TieredPGO"] = "0", ["DOTNET_TC_CallCountingDelayMs"] = "60000" };
    private readonly TempFolder _folder = new();
    private readonly int _seed = Random.Shared.Next();

    private string Data => Path.Combine(_folder.Path, "data");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_service_that_is_killed_again_and_again_finishes_every_run_as_if_nothing_had_happened()
    {
        await using var receiver = await EffectReceiver.StartAsync();
        var started = await KillAsync(receiver);
        using (var last = await ServedFolder.StartAsync(Data, Environments))
        {
            await last.UntilAsync(async () => await OpenAsync(last) == 0);
            last.Process.Signal("TERM");
            await last.Process.ExitAsync();
        }

        await using var services = new ServiceCollection().AddLogging().AddDag(new DagHostOptions { DataFolder = Data }).BuildServiceProvider();
        var engine = services.GetRequiredService<DagEngine>();
        var runs = (await engine.ListRunsAsync(new RunFilter { Take = int.MaxValue }, Token)).Runs;
        Assert.True(runs.Count >= Math.Min(Kills, OpenRuns), $"Only {runs.Count} runs were started.");
        Assert.Empty(started.Except(runs.Select(r => r.Id)));
        var effects = receiver.Calls.ToLookup(c => c.RunId);
        Assert.Empty(effects.Select(e => e.Key).Except(runs.Select(r => r.Id)));
        var poisoned = 0;
        foreach (var run in runs)
        {
            var (_, events) = await services.GetRequiredService<RunLoader>().LoadEventsAsync(run.Id, Token);
            poisoned += Audit((await engine.ReportAsync(run.Id, Token))!, events, [.. effects[run.Id]]) ? 0 : 1;
        }

        TestContext.Current.SendDiagnosticMessage($"{Kills} kills, {runs.Count} runs, {receiver.Calls.Count} effects, {poisoned} runs ended by three lost attempts");
        Assert.True(poisoned <= Math.Max(2, runs.Count / 50), $"{poisoned} of {runs.Count} runs were lost to three kills of one attempt.");
    }

    // The ids of the runs whose start was answered.
    private async Task<List<string>> KillAsync(EffectReceiver receiver)
    {
        var random = new Random(_seed);
        var started = new List<string>();
        using (var first = await ServedFolder.StartAsync(Data, Environments))
        {
            await first.PublishAsync(KilledWorkflow.Create(receiver.Address));
            first.Process.Signal("KILL");
            await first.Process.ExitAsync();
        }

        for (var kill = 1; kill < Kills; kill++)
        {
            // Some kills come while it is starting; never two in a row, or an attempt would be taken for poison.
            if (kill % 6 == 0)
            {
                using var early = DagProcess.Start(Environments, "serve", "--urls", "http://127.0.0.1:0", "--data", Data);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1000)), TimeProvider.System, Token);
                early.Signal("KILL");
                await early.ExitAsync();
                continue;
            }

            using var service = await ServedFolder.StartAsync(Data, Environments);
            for (var open = await OpenAsync(service); open < OpenRuns; open++)
            {
                started.Add(await service.StartRunAsync(KilledWorkflow.Id));
            }

            // By what it has done, not by the clock: on a slow machine it would be killed before it had done anything, and attempts taken for poison.
            var enough = receiver.Calls.Count + random.Next(FewestEffects, MostEffects);
            await service.UntilAsync(async () => receiver.Calls.Count >= enough || await OpenAsync(service) == 0);
            service.Process.Signal("KILL");
            await service.Process.ExitAsync();
        }

        return started;
    }

    private static async Task<long> OpenAsync(ServedFolder service) =>
        (await service.Client.GetFromJsonAsync<JsonElement>("/api/v1/runs?status=Running&take=1", Token)).GetProperty("totalCount").GetInt64();

    // Whether the run finished; if not, it must have been ended because one attempt died with its process three times.
    private bool Audit(RunReport report, IReadOnlyList<RunEvent> events, IReadOnlyList<(string RunId, string ActivityId, string Key)> effects)
    {
        var story = $"seed {_seed}, run {report.Id}:\n{string.Join('\n', events)}";
        var attempts = events.OfType<AttemptStarted>().Select(e => (e.Execution, e.Attempt)).ToList();
        var lost = events.OfType<AttemptLost>().Select(e => (e.Execution, e.Attempt)).ToHashSet();
        var completed = events.OfType<ExecutionCompleted>().Select(e => e.Execution).ToList();
        Assert.True(report.Status == "Finished", story);
        Assert.True(attempts.Distinct().Count() == attempts.Count, "An attempt was started twice: " + story);
        Assert.True(completed.Distinct().Count() == completed.Count, "An execution completed twice: " + story);

        // Each attempt that is on record had its effect once, unless it was lost before; and no other had one.
        var activities = report.Executions.ToDictionary(e => e.Id, e => e.ActivityId);
        Assert.True(effects.GroupBy(e => e.ActivityId).All(g => g.Select(e => e.Key).Distinct().Count() == 1), "The key changed: " + story);
        foreach (var execution in attempts.GroupBy(a => a.Execution))
        {
            var had = effects.Count(e => e.ActivityId == activities[execution.Key]);
            var may = execution.Count();
            Assert.True(had <= may && had >= execution.Count(a => !lost.Contains(a)), $"{activities[execution.Key]} had {had} effects in {may} attempts: {story}");
        }

        Assert.True(effects.All(e => attempts.Exists(a => activities[a.Execution] == e.ActivityId)), "An effect without an attempt: " + story);
        if (report.SubStatus != "Finished")
        {
            Assert.True(report.Incidents.All(i => i.Message.StartsWith("The process died while running it", StringComparison.Ordinal)), story);
            return false;
        }

        Assert.True(report.Lines.Count == KilledWorkflow.Branches * KilledWorkflow.Length / 2, $"{report.Lines.Count} lines: {story}");
        for (var branch = 0; branch < KilledWorkflow.Branches; branch++)
        {
            var lines = KilledWorkflow.LinesOf(branch).ToList();
            Assert.Equal(lines, report.Lines.Where(lines.Contains));
        }

        return true;
    }
}
