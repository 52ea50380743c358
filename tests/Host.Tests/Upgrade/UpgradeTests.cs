using System.IO.Compression;
using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Dag.Host.Tests.Kill;
using Dag.Host.Tests.Web;
using Dag.Workflows.Scripts;

namespace Dag.Host.Tests.Upgrade;

/// <summary>
/// Data folders that earlier builds left when they were killed, with runs in their middle: this build migrates them and every run comes to
/// its end. The recordings are only ever added to.
/// </summary>
public sealed class UpgradeTests : IAsyncDisposable
{
    // Where the works of the recordings send to: at the time one place never answered, the other refused.
    private static readonly string[] Addresses = ["UPGRADE_HANGS", "UPGRADE_REFUSES"];

    private readonly TempFolder _folder = new();
    private EffectReceiver? _receiver;

    public static TheoryData<string> Recordings() => [.. Directory.EnumerateFiles(Recording.Folder, "*.zip").Select(f => Path.GetFileNameWithoutExtension(f)).Order()];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_receiver is not null)
        {
            await _receiver.DisposeAsync();
        }

        Array.ForEach(Addresses, name => Environment.SetEnvironmentVariable(name, null));
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Runs_of_an_earlier_build_finish_under_this_one(string name)
    {
        var recording = Recording.Read(name);
        var data = Path.Combine(_folder.Path, "data");
        await ZipFile.ExtractToDirectoryAsync(Path.Combine(Recording.Folder, name + ".zip"), data, Token);
        _receiver = await EffectReceiver.StartAsync();
        Array.ForEach(Addresses, address => Environment.SetEnvironmentVariable(address, _receiver.Address));

        await using (var test = await StartAsync(data))
        {
            await FinishAsync(test, recording, data);
            await LookAsync(test, recording);
        }

        await using (var again = await StartAsync(data))
        {
            await LookAsync(again, recording);
        }

        // The works that the kill interrupted reached the world outside, each once.
        Assert.NotEmpty(_receiver.Calls);
        Assert.Distinct(_receiver.Calls.Select(c => c.Key));
    }

    // Scripts get their time on a busy machine too; how long they may take is not what is tested.
    private static Task<TestServer> StartAsync(string data) =>
        TestServer.StartAsync(folder: data, configure: options => options with { Scripts = new ScriptOptions { TimeLimit = TimeSpan.FromSeconds(10) } });

    /// <summary>Answers what waits until every run has come to where it stays.</summary>
    private static async Task FinishAsync(TestServer test, Recording recording, string data)
    {
        var moves = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = test.Engine.Feed.Listen(_ => moves.Writer.TryWrite(true));
        foreach (var scenario in recording.Scenarios.Values)
        {
            foreach (var answer in scenario.Answers)
            {
                // A run that has been told an event and has not yet gone on would be told the next one for the same wait.
                var before = await StandAsync(test, scenario);
                await UntilAsync(moves.Reader, answer.Post, async () => await IsAnsweredAsync(test, answer, data));
                await UntilAsync(moves.Reader, $"what follows {answer.Post}", async () => await StandAsync(test, scenario) != before);
            }
        }

        var runs = recording.Scenarios.SelectMany(s => s.Value.Runs.Select(r => (What: s.Key, r.Id, r.Expected.SubStatus)));
        foreach (var (what, id, subStatus) in runs.Concat(recording.Others.Select(id => ("another", id, "Finished"))))
        {
            await UntilAsync(moves.Reader, $"{what}: run {id}, {subStatus}", async () =>
            {
                var run = (await test.Engine.FindRunAsync(id, Token))!;
                return run.SubStatus == subStatus || run.FinishedAt is not null;
            });
        }

        foreach (var (workflow, lines) in recording.Scenarios.Values.SelectMany(s => s.Started))
        {
            await UntilAsync(moves.Reader, workflow, async () => await IsStartedAsync(test, recording, workflow, lines));
        }
    }

    /// <summary>When the runs of a scenario last moved.</summary>
    private static async Task<string> StandAsync(TestServer test, RecordedScenario scenario)
    {
        var stand = new List<DateTimeOffset>();
        foreach (var run in scenario.Runs)
        {
            stand.Add((await test.Engine.FindRunAsync(run.Id, Token))!.UpdatedAt);
        }

        return string.Join(' ', stand.Select(at => at.UtcTicks));
    }

    private static async Task<bool> IsAnsweredAsync(TestServer test, RecordedAnswer answer, string data)
    {
        var folder = JsonEncodedText.Encode(data).ToString();
        using var response = await test.PostAsync(answer.Post, answer.Body.GetRawText().Replace("{data}", folder, StringComparison.Ordinal));
        return response.IsSuccessStatusCode && JsonElement.DeepEquals(answer.Answer, await TestServer.JsonAsync(response));
    }

    private static async Task<bool> IsStartedAsync(TestServer test, Recording recording, string workflow, IReadOnlyList<string> lines)
    {
        var runs = (await test.GetJsonAsync($"/api/v1/runs?workflow={workflow}&status=Finished")).GetProperty("runs").EnumerateArray();
        if (runs.Select(r => r.GetProperty("id").GetString()!).Except(recording.Others).FirstOrDefault() is not { } id)
        {
            return false;
        }

        Assert.Equal(lines, (await test.Engine.ReportAsync(id, Token))!.Lines);
        return true;
    }

    /// <summary>Waits until something is so, and asks whenever a run has moved.</summary>
    private static async Task UntilAsync(ChannelReader<bool> moves, string what, Func<Task<bool>> isSo)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await isSo())
        {
            Assert.True(await moves.WaitToReadAsync(patience.Token).AsTask().ContinueWith(t => t.IsCompletedSuccessfully, TaskScheduler.Default), $"{what}, did not come.");
            moves.TryRead(out _);
        }
    }

    /// <summary>Looks at every run as people do: what it came to, its page and its journal.</summary>
    private static async Task LookAsync(TestServer test, Recording recording)
    {
        var faults = new List<string>();
        foreach (var (scenario, runs) in recording.Scenarios.Select(s => (s.Key, s.Value.Runs)))
        {
            foreach (var run in runs)
            {
                var (expected, actual) = (Describe(run.Expected), Describe(await test.GetJsonAsync($"/api/v1/runs/{run.Id}")));
                if (expected != actual)
                {
                    faults.Add($"{scenario} ({run.Id}): expected {expected}, but was {actual}");
                }
            }
        }

        foreach (var id in recording.Scenarios.Values.SelectMany(s => s.Runs).Select(r => r.Id).Concat(recording.Others))
        {
            foreach (var path in (string[])[$"/api/v1/runs/{id}", $"/elsa/api/workflow-instances/{id}", $"/elsa/api/workflow-instances/{id}/journal"])
            {
                using var response = await test.Client.GetAsync(path, Token);
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    faults.Add($"{path}: {response.StatusCode}");
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults));
    }

    private static string Describe(ExpectedRun run) =>
        Describe(run.SubStatus, run.Name, run.CorrelationId, run.Output?.GetRawText() ?? "{}", run.Lines ?? [], run.Incidents ?? []);

    private static string Describe(JsonElement run) => Describe(
        run.GetProperty("subStatus").GetString()!,
        Text(run, "name"),
        Text(run, "correlationId"),
        run.GetProperty("output").GetRawText(),
        run.GetProperty("lines").EnumerateArray().Select(l => l.GetString()!),
        run.GetProperty("incidents").EnumerateArray().Select(i => $"{Text(i, "activityId")}: {Text(i, "message")}"));

    private static string Describe(string subStatus, string? name, string? correlationId, string output, IEnumerable<string> lines, IEnumerable<string> incidents) =>
        $"{subStatus}, name {name}, correlation {correlationId}, output {output.Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal)}, "
        + $"lines [{string.Join("; ", lines)}], incidents [{string.Join("; ", incidents)}]";

    private static string? Text(JsonElement element, string member) => element.TryGetProperty(member, out var value) ? value.GetString() : null;
}
