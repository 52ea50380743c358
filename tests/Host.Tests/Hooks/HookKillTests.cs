using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Dag.Host.Tests.Cli;
using Dag.Host.Tests.Web;
using static Dag.Host.Tests.Hooks.HookJson;

namespace Dag.Host.Tests.Hooks;

/// <summary>The real executable is killed in the middle of a load of webhooks.</summary>
public sealed class HookKillTests : IDisposable
{
    private const int Senders = 16;
    private const int BeforeKill = 400;
    private const int Most = 20_000;
    private readonly TempFolder _folder = new();
    private readonly ConcurrentDictionary<string, string> _accepted = new();
    private readonly ConcurrentBag<string> _unanswered = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_accepted_webhook_has_its_run_and_none_has_two()
    {
        using (var first = await ServedFolder.StartAsync(_folder.Path))
        {
            await first.PublishAsync(Of("load", "", Write("parsedContent")));
            await SendUntilKilledAsync(first);
        }

        // Senders that were not answered send again, with the same key.
        using var second = await ServedFolder.StartAsync(_folder.Path);
        foreach (var key in _unanswered)
        {
            Assert.True(await TrySendAsync(second.Client, key));
        }

        var runs = await AllRunsAsync(second);
        Assert.True(_accepted.Count >= BeforeKill);
        Assert.NotEmpty(_unanswered);
        Assert.Equal(_accepted.Values.Order(), runs.Keys.Order());
        await second.UntilAsync(async () => (await AllRunsAsync(second)).Values.All(s => s == "Finished"));
        await EachKeyHasItsRunAsync(second);
    }

    private async Task SendUntilKilledAsync(ServedFolder served)
    {
        var next = 0;
        var killed = 0;
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(
            async () =>
            {
                int i;
                while ((i = Interlocked.Increment(ref next)) <= Most)
                {
                    var key = i.ToString(CultureInfo.InvariantCulture);
                    if (!await TrySendAsync(served.Client, key))
                    {
                        _unanswered.Add(key);
                        return;
                    }

                    if (_accepted.Count >= BeforeKill && Interlocked.Exchange(ref killed, 1) == 0)
                    {
                        // The others go on until they are not answered any more.
                        served.Process.Signal("KILL");
                    }
                }
            },
            Token)));
    }

    private async Task<bool> TrySendAsync(HttpClient client, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/load") { Content = TestServer.Json(key) };
        request.Headers.Add("Idempotency-Key", key);
        try
        {
            using var response = await client.SendAsync(request, Token);
            Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
            _accepted[key] = await HookStartTests.IdAsync(response);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<Dictionary<string, string>> AllRunsAsync(ServedFolder served)
    {
        var runs = new Dictionary<string, string>();
        JsonElement page;
        do
        {
            page = JsonDocument.Parse(await served.Client.GetStringAsync($"/api/v1/runs?take=500&skip={runs.Count}", Token)).RootElement;
            foreach (var run in page.GetProperty("runs").EnumerateArray())
            {
                runs.Add(run.GetProperty("id").GetString()!, run.GetProperty("subStatus").GetString()!);
            }
        }
        while (runs.Count < page.GetProperty("totalCount").GetInt64());
        return runs;
    }

    // The body of each is its key: the run that was named for it has written it.
    private async Task EachKeyHasItsRunAsync(ServedFolder served)
    {
        foreach (var (key, id) in _accepted.Take(50).Concat(_accepted.Where(a => _unanswered.Contains(a.Key))))
        {
            var run = JsonDocument.Parse(await served.Client.GetStringAsync($"/api/v1/runs/{id}", Token)).RootElement;
            Assert.Equal(key, Assert.Single(run.GetProperty("lines").EnumerateArray()).GetString());
        }
    }
}
