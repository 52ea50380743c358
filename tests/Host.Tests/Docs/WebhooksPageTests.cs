using System.Diagnostics;
using System.Text.Json;
using Dag.Host.Tests.Cli;

namespace Dag.Host.Tests.Docs;

/// <summary>What docs/webhooks.md tells people to send is sent, with the tools that it names.</summary>
public sealed class WebhooksPageTests : IDisposable
{
    private const string Secret = "a long random secret";
    private static readonly MarkdownFile Page = MarkdownFile.Read("docs/webhooks.md");
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_signed_order_is_taken_once_and_another_secret_is_refused()
    {
        using var service = await ServedFolder.StartAsync(Path.Combine(_folder.Path, "data"), new Dictionary<string, string> { ["ORDERS_SECRET"] = Secret });
        await service.PublishAsync(Page.BlockOf("json"));

        var first = await SendAsync(service.Address, Secret);
        var again = await SendAsync(service.Address, Secret);
        var wrong = await SendAsync(service.Address, "a guess");

        Assert.Equal("202", first.Status);
        Assert.Equal("200", again.Status);
        Assert.Equal("401", wrong.Status);
        var run = JsonDocument.Parse(first.Body).RootElement.GetProperty("id").GetString()!;
        Assert.Equal(run, JsonDocument.Parse(again.Body).RootElement.GetProperty("id").GetString());
        var report = await service.UntilAsync(run, "Finished");
        Assert.Equal("Order 17 of the shop", Assert.Single(report.GetProperty("lines").EnumerateArray()).GetString());
        Assert.Single(await service.RunsAsync("take-order"));
    }

    private static async Task<(string Body, string Status)> SendAsync(string address, string secret)
    {
        var script = Page.BlockOf("sh").Replace("http://localhost:5000", address, StringComparison.Ordinal);
        var start = new ProcessStartInfo("sh", ["-euc", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ORDERS_SECRET"] = secret;
        using var shell = Process.Start(start)!;
        var errors = shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var lines = (await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).TrimEnd().Split('\n');
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(shell.ExitCode == 0, await errors);
        return (lines[0], lines[^1]);
    }
}
