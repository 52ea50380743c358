using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Dag.Host.Tests.Cli;

/// <summary>The real executable serving a folder on a free port, with what tests ask of its API.</summary>
internal sealed partial class ServedFolder : IDisposable
{
    private ServedFolder(DagProcess process, string address)
    {
        Process = process;
        Address = address;
        Client = new HttpClient { BaseAddress = new Uri(address) };
    }

    public DagProcess Process { get; }

    public string Address { get; }

    public HttpClient Client { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ServedFolder> StartAsync(string data, IReadOnlyDictionary<string, string>? environment = null)
    {
        var process = DagProcess.Start(environment, "serve", "--urls", "http://127.0.0.1:0", "--data", data);
        await process.WaitForAsync("Ready on");
        return new ServedFolder(process, AddressPattern().Match(process.Output).Value);
    }

    public async Task PublishAsync(string workflow) =>
        (await Client.PostAsync("/api/v1/workflows", Web.TestServer.Json(workflow), Token)).EnsureSuccessStatusCode();

    public async Task<string> StartRunAsync(string definitionId)
    {
        var started = await Client.PostAsync($"/api/v1/workflows/{definitionId}/runs", Web.TestServer.Json("{}"), Token);
        return (await started.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()!;
    }

    public async Task<IReadOnlyList<JsonElement>> RunsAsync(string definitionId) =>
        [.. (await Client.GetFromJsonAsync<JsonElement>("/api/v1/runs", Token)).GetProperty("runs").EnumerateArray()
            .Where(r => r.GetProperty("definitionId").GetString() == definitionId)];

    /// <summary>Waits for a run's sub-status; gives its report.</summary>
    public async Task<JsonElement> UntilAsync(string run, string subStatus)
    {
        var report = default(JsonElement);
        await UntilAsync(async () =>
        {
            report = await Client.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{run}", Token);
            return report.GetProperty("subStatus").GetString() == subStatus;
        });
        return report;
    }

    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(90));
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        Process.Dispose();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex AddressPattern();
}
