using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Dag.Host.Cli;
using Dag.Host.Hosting;
using Dag.Host.Tests.Web;
using Dag.Workflows.AttemptLogs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dag.Host.Tests.Logs;

public sealed class RunLogTests : IDisposable
{
    private static readonly string Flow = FlowJson.Sequence(
        "logs", Notify("tell", "all is well"), FlowJson.WriteLine("say", "hello"), FlowJson.Event("wait", "Go"), Notify("told", "goodbye"));

    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_log_of_a_run_has_what_activities_logged_what_was_written_and_how_attempts_went_by_time()
    {
        await using var test = await TestServer.StartAsync();
        var id = await FinishAsync(test);

        var lines = await ReadAsync(test, id);
        Assert.Equal(
            [
                "Run of logs, version 1, started", "Attempt 1 started", "all is well", "sent to log: all is well", "Completed: Done", "hello",
                "Attempt 1 started", "goodbye", "sent to log: goodbye", "Completed: Done", "Run ended: Finished",
            ],
            lines.Select(l => l.Message));
        Assert.Equal(["tell", "tell", "tell", "tell", "say", "told", "told", "told", "told"], lines.Select(l => l.Activity).OfType<string>());
        Assert.Equal(LogLineKind.Written, lines.Single(l => l.Activity == "say").Kind);
        Assert.Equal(LogLineKind.Progress, lines.Single(l => l.Message == "sent to log: goodbye").Kind);
        var logged = lines.Single(l => l.Message == "goodbye");
        Assert.Equal((LogLineKind.Log, 1, "Dag.Activities.Notifications.LogChannel"), (logged.Kind, logged.Attempt, logged.Category));
        Assert.Equal(lines.Select(l => l.At).Order(), lines.Select(l => l.At));
    }

    [Fact]
    public async Task The_log_of_one_attempt_can_be_read_by_itself()
    {
        await using var test = await TestServer.StartAsync();
        var id = await FinishAsync(test);

        Assert.Equal(["Attempt 1 started", "goodbye", "sent to log: goodbye", "Completed: Done"], (await ReadAsync(test, id, "?activity=told&attempt=1")).Select(l => l.Message));
        Assert.Empty(await ReadAsync(test, id, "?activity=told&attempt=2"));
        Assert.Equal(["hello"], (await ReadAsync(test, id, $"?execution={(await ReadAsync(test, id)).Single(l => l.Activity == "say").Execution}")).Select(l => l.Message));
    }

    [Fact]
    public async Task A_follower_gets_lines_as_they_come_an_end_and_can_go_on_where_it_was()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Flow);
        var id = await test.StartRunAsync("logs");
        using var response = await test.Client.GetAsync($"/api/v1/runs/{id}/logs?follow=true", HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var events = new List<SseItem<string>>();
        var parser = SseParser.Create(await response.Content.ReadAsStreamAsync(Token));
        await foreach (var item in parser.EnumerateAsync(Token))
        {
            events.Add(item);
            if (item.Data.Contains("hello", StringComparison.Ordinal))
            {
                // It is there while the run waits.
                await test.WaitAsync(id, "Suspended");
                (await test.PostAsync("/api/v1/events/Go", "{}")).EnsureSuccessStatusCode();
            }
        }

        Assert.Equal("end", events[^1].EventType);
        Assert.Equal("Run ended: Finished", LineOf(events[^2].Data).Message);

        var hello = events.FindIndex(e => e.Data.Contains("hello", StringComparison.Ordinal));
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/runs/{id}/logs?follow=true");
        again.Headers.Add("Last-Event-ID", events[hello].EventId);
        using var rest = await test.Client.SendAsync(again, Token);
        var body = await rest.Content.ReadAsStringAsync(Token);
        Assert.DoesNotContain("hello", body, StringComparison.Ordinal);
        Assert.Contains("goodbye", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_follower_does_not_keep_the_service_from_stopping()
    {
        using var client = new HttpClient();
        Task<string> reading;
        await using (var test = await TestServer.StartAsync())
        {
            await test.PublishAsync(Flow);
            var id = await test.StartRunAsync("logs");
            await test.WaitAsync(id, "Suspended");
            var response = await client.GetAsync($"{test.Server.Addresses[0]}/api/v1/runs/{id}/logs?follow=true", HttpCompletionOption.ResponseHeadersRead, Token);
            reading = response.Content.ReadAsStringAsync(Token);
        }

        // Its end is a good one, but not the run's.
        var text = await reading;
        Assert.Contains("hello", text, StringComparison.Ordinal);
        Assert.DoesNotContain("event: end", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_of_no_run_is_not_found_and_bad_questions_are_refused()
    {
        await using var test = await TestServer.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await test.Client.GetAsync("/api/v1/runs/none/logs", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await test.Client.GetAsync("/api/v1/runs/none/logs?attempt=0", Token)).StatusCode);
    }

    [Fact]
    public async Task The_verb_prints_the_same_from_the_service_and_from_its_folder()
    {
        var data = Path.Combine(_folder.Path, "data");
        string id;
        string served;
        await using (var test = await TestServer.StartAsync(folder: data))
        {
            id = await FinishAsync(test);
            served = await PrintAsync(data, id, follow: true);
            Assert.Contains("tell: all is well", served, StringComparison.Ordinal);
            Assert.Equal(served, await PrintAsync(data, id, follow: false));
            var refusal = await Assert.ThrowsAsync<UsageException>(() => PrintAsync(data, "none", follow: false));
            Assert.Equal("There is no run none.", refusal.Message);
        }

        Assert.Equal(served, await PrintAsync(data, id, follow: true));
        Assert.Equal(served, await PrintAsync(data, id, follow: false));
        await Assert.ThrowsAsync<UsageException>(() => PrintAsync(data, "none", follow: false));
        await Assert.ThrowsAsync<UsageException>(() => PrintAsync(_folder.Path, id, follow: false));
    }

    [Fact]
    public async Task Secrets_that_an_attempt_used_are_in_no_log_and_in_no_error()
    {
        const string name = "DAG_TEST_SECRET_OF_LOGS";
        const string secret = "hunter2/hunter2";
        Environment.SetEnvironmentVariable(name, secret);
        var data = Path.Combine(_folder.Path, "data");
        await using (var test = await TestServer.StartAsync(folder: data))
        {
            // The fault quotes what is no name of a dataset.
            var convert = $$"""{ "id": "convert", "type": "Dag.ConvertToParquet", "source": {{Literal(_folder.Write("a.csv", "a\n1\n"))}}, "dataset": {{Literal($"secret:{name}")}} }""";
            await test.PublishAsync(FlowJson.Sequence("secret", Notify("tell", $"secret:{name}"), convert));
            var id = await test.StartRunAsync("secret");
            await test.WaitAsync(id, "Faulted");
            Assert.Contains("***", (await test.GetJsonAsync($"/api/v1/runs/{id}")).GetProperty("incidents")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
            var logger = test.Server.Services.GetRequiredService<ILogger<RunLogTests>>();
            logger.LogWarning(new InvalidOperationException($"with {secret}"), "a warning about {Thing}", $"the {secret}");

            var printed = await PrintAsync(data, id, follow: false);
            Assert.Contains("tell: ***", printed, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, printed, StringComparison.Ordinal);
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(data, "logs"), "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(secret, await File.ReadAllTextAsync(file, Token), StringComparison.Ordinal);
        }

        Assert.Contains(Directory.EnumerateFiles(Path.Combine(data, "logs"), "dag-*.json"), f => File.ReadAllText(f).Contains("with ***", StringComparison.Ordinal));
    }

    private static async Task<string> FinishAsync(TestServer test)
    {
        await test.PublishAsync(Flow);
        var id = await test.StartRunAsync("logs");
        await test.WaitAsync(id, "Suspended");
        (await test.PostAsync("/api/v1/events/Go", "{}")).EnsureSuccessStatusCode();
        await test.WaitAsync(id, "Finished");
        return id;
    }

    private static async Task<string> PrintAsync(string data, string id, bool follow)
    {
        using var output = new StringWriter();
        Assert.Equal(0, await LogsVerb.PrintAsync(data, id, new LogFilter(), follow, l => LogLineText.Of(l, TimeZoneInfo.Utc), output, Token));
        return output.ToString();
    }

    private static async Task<List<LogLine>> ReadAsync(TestServer test, string id, string query = "") =>
        JsonSerializer.Deserialize<List<LogLine>>(await test.Client.GetStringAsync($"/api/v1/runs/{id}/logs{query}", Token), LogLine.Json)!;

    private static LogLine LineOf(string json) => JsonSerializer.Deserialize<LogLine>(json, LogLine.Json)!;

    private static string Notify(string id, string message) => $$"""{ "id": "{{id}}", "type": "Dag.Notify", "message": {{Literal(message)}} }""";

    private static string Literal(string value) => $$"""{ "typeName": "String", "expression": { "type": "Literal", "value": "{{value}}" } }""";
}
