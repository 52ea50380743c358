using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dag.Host.Hosting;
using Dag.Host.Web;
using Dag.Workflows.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Host.Tests.Web;

/// <summary>The whole service on a port of its own, in a folder of its own.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new();

    private TestServer()
    {
    }

    public DagServer Server { get; private set; } = null!;

    // A body that the server must ask for first is not sent unasked because the machine is slow: the server would refuse it and close.
    public HttpClient Client { get; } = new(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) });

    public DagEngine Engine => Server.Services.GetRequiredService<DagEngine>();

    public static async Task<TestServer> StartAsync(string url = "http://127.0.0.1:0", string? apiKey = null, string? folder = null, Func<DagHostOptions, DagHostOptions>? configure = null,
        TimeSpan? patience = null)
    {
        var test = new TestServer();
        var options = new DagHostOptions { DataFolder = folder ?? Path.Combine(test._folder.Path, "data"), Console = Verbosity.Problems };
        test.Server = await DagServer.StartAsync(
            configure?.Invoke(options) ?? options,
            new WebOptions { Urls = [url], ApiKey = apiKey, AnswerPatience = patience ?? TimeSpan.FromSeconds(30) },
            TestContext.Current.CancellationToken);
        test.Client.BaseAddress = new Uri(test.Server.Addresses[0].Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal));
        return test;
    }

    /// <summary>Publishes a workflow.</summary>
    public async Task PublishAsync(string json)
    {
        var response = await PostAsync("/api/v1/workflows", json);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Starts a run and says its id.</summary>
    public async Task<string> StartRunAsync(string definitionId, string body = "{}")
    {
        var response = await PostAsync($"/api/v1/workflows/{definitionId}/runs", body);
        response.EnsureSuccessStatusCode();
        return (await JsonAsync(response)).GetProperty("id").GetString()!;
    }

    /// <summary>Waits until a run has moved so far.</summary>
    public async Task WaitAsync(string runId, string subStatus)
    {
        var there = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = Engine.Feed.Listen(notice =>
        {
            if (notice is RunChanged { Settled: true } changed && changed.Run.Id == runId && changed.Run.SubStatus == subStatus)
            {
                there.TrySetResult();
            }
        });
        if ((await Engine.FindRunAsync(runId, TestContext.Current.CancellationToken))?.SubStatus != subStatus)
        {
            await there.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    public Task<HttpResponseMessage> PostAsync(string path, string json) => Client.PostAsync(path, Json(json), TestContext.Current.CancellationToken);

    public async Task<JsonElement> GetJsonAsync(string path) =>
        await Client.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    public static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
