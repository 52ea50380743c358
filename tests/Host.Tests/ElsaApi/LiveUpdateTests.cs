using System.Net.WebSockets;
using Dag.Host.Tests.Web;

namespace Dag.Host.Tests.ElsaApi;

public sealed class LiveUpdateTests
{
    private const string Key = "the key of this service";
    private static readonly string Waiting = FlowJson.Sequence("waiting", FlowJson.WriteLine("a", "hello"), FlowJson.Event("e", "Go"), FlowJson.WriteLine("b", "bye"));

    [Fact]
    public async Task Who_looks_at_a_run_is_told_how_it_stands_and_when_it_moves_on_and_ends()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Waiting);
        var run = await test.StartRunAsync("waiting");
        await test.WaitAsync(run, "Suspended");

        await using var hub = await HubClient.ConnectAsync(test.Client);
        await hub.ObserveAsync(run);
        var first = await hub.WaitAsync("ActivityExecutionLogUpdatedAsync");
        var waiting = first.GetProperty("stats").EnumerateArray().Single(s => s.GetProperty("activityId").GetString() == "e");
        Assert.True(waiting.GetProperty("isBlocked").GetBoolean());
        Assert.Equal(run, (await hub.WaitAsync("WorkflowInstanceUpdatedAsync")).GetProperty("workflowInstanceId").GetString());

        await test.PostAsync("/api/v1/events/Go", "{}");
        await hub.WaitAsync("ActivityExecutionLogUpdatedAsync", m => m.GetProperty("stats").EnumerateArray().Any(s => s.GetProperty("activityId").GetString() == "b"));
        await hub.WaitAsync("WorkflowInstanceUpdatedAsync");
        Assert.Equal("Finished", (await test.GetJsonAsync($"/elsa/api/workflow-instances/{run}/execution-state")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Who_comes_when_the_run_is_over_is_told_so()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(FlowJson.Sequence("short", FlowJson.WriteLine("a", "hello")));
        var run = await test.StartRunAsync("short");
        await test.WaitAsync(run, "Finished");
        foreach (var _ in (int[])[1, 2])
        {
            await using var hub = await HubClient.ConnectAsync(test.Client);
            await hub.ObserveAsync(run);
            Assert.Equal(run, (await hub.WaitAsync("WorkflowInstanceUpdatedAsync")).GetProperty("workflowInstanceId").GetString());
        }
    }

    [Theory]
    [InlineData("ApiKey")]
    [InlineData("Bearer")]
    public async Task With_the_key_a_socket_opens_by_the_token_of_its_negotiation(string scheme)
    {
        await using var test = await TestServer.StartAsync("http://0.0.0.0:0", Key);
        await Assert.ThrowsAsync<HttpRequestException>(() => HubClient.ConnectAsync(test.Client));

        test.Client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"{scheme} {Key}");
        await using var hub = await HubClient.ConnectAsync(test.Client, scheme == "Bearer" ? $"&access_token={Uri.EscapeDataString(Key)}" : "");
    }

    [Theory]
    [InlineData("")]
    [InlineData("?id=guessed")]
    [InlineData("?access_token=wrong")]
    public async Task Without_such_a_token_no_socket_opens(string query)
    {
        await using var test = await TestServer.StartAsync("http://0.0.0.0:0", Key);
        using var socket = new ClientWebSocket();
        var address = new Uri($"{test.Client.BaseAddress!.AbsoluteUri.Replace("http", "ws", StringComparison.Ordinal)}elsa/hubs/workflow-instance{query}");
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address, TestContext.Current.CancellationToken));
    }
}
