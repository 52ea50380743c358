using System.Net;
using System.Text.Json;
using Dag.Tests;
using Dag.Workflows.Definitions;

namespace Dag.Host.Tests.Web;

public sealed class ApiTests
{
    private static readonly string Waiting = FlowJson.Of(
        "waiting", """ "inputs": [ { "name": "Who", "type": "String" } ] """, FlowJson.WriteInput("a", "Who"), FlowJson.Event("e", "Go"), FlowJson.WriteLine("b", "went"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_says_ready_with_version_uptime_and_database()
    {
        await using var test = await TestServer.StartAsync();
        var health = await test.GetJsonAsync("/health");
        Assert.Equal("ready", health.GetProperty("status").GetString());
        Assert.Matches(@"^\d+\.\d+\.\d+", health.GetProperty("version").GetString());
        Assert.True(health.GetProperty("uptime").GetDouble() >= 0);
        Assert.Equal("""{"kind":"sqlite","answers":true}""", JsonSerializer.Serialize(health.GetProperty("database")));
    }

    [Fact]
    public async Task A_run_is_started_in_token_mode_by_the_property_that_Elsa_has_for_it()
    {
        await using var test = await TestServer.StartAsync();
        var uneven = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "workflows", "oracle", "p52-uneven-Stream.json"), Token);
        await test.PublishAsync(uneven);
        var definitionId = DefinitionReader.Read(uneven).DefinitionId;

        async Task<string> LinesAsync(string body)
        {
            var id = await test.StartRunAsync(definitionId, body);
            await test.WaitAsync(id, "Finished");
            return string.Join(' ', (await test.GetJsonAsync($"/api/v1/runs/{id}")).GetProperty("lines").EnumerateArray());
        }

        Assert.Equal("A B C C2 C3 J K", await LinesAsync("{}"));
        Assert.Equal("A B C J C2 K C3 J K", await LinesAsync("""{ "properties": { "Flowchart:ExecutionMode": "TokenBased" } }"""));
        var refused = await test.PostAsync($"/api/v1/workflows/{definitionId}/runs", """{ "properties": { "Flowchart:ExecutionMode": "tokens" } }""");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task A_published_workflow_is_listed_started_answered_by_an_event_and_reported()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Waiting);
        Assert.Equal("waiting", (await test.GetJsonAsync("/api/v1/workflows")).GetProperty("workflows")[0].GetProperty("definitionId").GetString());
        Assert.Equal("waiting", DefinitionReader.Read(await test.Client.GetStringAsync("/api/v1/workflows/waiting", Token)).DefinitionId);

        var id = await test.StartRunAsync("waiting", """{ "input": { "who": "me" }, "correlationId": "c1" }""");
        await test.WaitAsync(id, "Suspended");
        var told = await TestServer.JsonAsync(await test.PostAsync("/api/v1/events/Go", """{ "payload": { "a": 1 }, "correlationId": "c1" }"""));
        Assert.Equal(1, told.GetProperty("told").GetInt32());
        await test.WaitAsync(id, "Finished");

        var report = await test.GetJsonAsync($"/api/v1/runs/{id}");
        Assert.Equal("""["me","went"]""", JsonSerializer.Serialize(report.GetProperty("lines")));
        Assert.Equal("c1", report.GetProperty("correlationId").GetString());
        var runs = await test.GetJsonAsync("/api/v1/runs?workflow=waiting&status=Finished");
        Assert.Equal(1, runs.GetProperty("totalCount").GetInt32());
        Assert.Equal(id, runs.GetProperty("runs")[0].GetProperty("id").GetString());
        Assert.Equal(0, (await test.GetJsonAsync("/api/v1/runs?workflow=other")).GetProperty("totalCount").GetInt32());
    }

    [Fact]
    public async Task Faults_of_a_definition_are_a_problem_with_errors_by_place()
    {
        await using var test = await TestServer.StartAsync();
        var response = await test.PostAsync(
            "/api/v1/workflows", FlowJson.Sequence("bad", """{ "id": "x", "type": "Acme.Nope" }""", """{ "id": "y", "type": "Acme.Nada" }"""));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var errors = (await TestServer.JsonAsync(response)).GetProperty("errors");
        Assert.Contains("Acme.Nope", errors.GetProperty("Workflow1:seq:x")[0].GetString(), StringComparison.Ordinal);
        Assert.Contains("Acme.Nada", errors.GetProperty("Workflow1:seq:y")[0].GetString(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.BadRequest, (await test.PostAsync("/api/v1/workflows", "{ no json")).StatusCode);
        Assert.Equal(0, (await test.GetJsonAsync("/api/v1/workflows")).GetProperty("totalCount").GetInt32());
    }

    [Fact]
    public async Task An_event_starts_the_workflows_that_begin_with_it()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(FlowJson.Sequence(
            "reacts", FlowJson.Event("e", "Go")[..^1] + """, "customProperties": { "canStartWorkflow": true } }""", FlowJson.WriteLine("a", "went")));
        var done = await TestServer.JsonAsync(await test.PostAsync("/api/v1/events/Go", """{ "payload": 1, "correlationId": "c1" }"""));
        Assert.Equal("""{"told":0,"started":1}""", JsonSerializer.Serialize(done));
        await test.Engine.QuietAsync();
        var run = (await test.GetJsonAsync("/api/v1/runs")).GetProperty("runs")[0];
        Assert.Equal(("reacts", "Finished", "c1"), (run.GetProperty("definitionId").GetString(), run.GetProperty("subStatus").GetString(), run.GetProperty("correlationId").GetString()));
    }

    [Fact]
    public async Task A_singleton_that_runs_is_a_conflict_that_names_the_run_in_the_way()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(FlowJson.Of("single", """ "options": { "activationStrategyType": "Elsa.Workflows.Runtime.ActivationValidators.SingletonStrategy, Elsa.Workflows.Runtime" } """, FlowJson.Event("e", "Go")));
        var id = await test.StartRunAsync("single");
        await test.WaitAsync(id, "Suspended");
        var refused = await test.PostAsync("/api/v1/workflows/single/runs", "{}");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        var problem = await TestServer.JsonAsync(refused);
        Assert.Equal("The workflow cannot start.", problem.GetProperty("title").GetString());
        Assert.Contains($"cancel it with POST /api/v1/runs/{id}/cancel", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        (await test.PostAsync($"/api/v1/runs/{id}/cancel", "{}")).EnsureSuccessStatusCode();
        await test.WaitAsync(id, "Cancelled");
        await test.StartRunAsync("single");
    }

    [Fact]
    public async Task One_idempotency_key_starts_one_run()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Waiting);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => StartAsync("k1")));
        Assert.Single(answers, a => a.Status == HttpStatusCode.Accepted);
        Assert.Equal(9, answers.Count(a => a.Status == HttpStatusCode.OK));
        Assert.Single(answers.Select(a => a.Id).Distinct());
        Assert.NotEqual(answers[0].Id, (await StartAsync("k2")).Id);
        Assert.Equal(2, (await test.GetJsonAsync("/api/v1/runs")).GetProperty("totalCount").GetInt32());

        async Task<(HttpStatusCode Status, string Id)> StartAsync(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/workflows/waiting/runs") { Content = TestServer.Json("{}") };
            request.Headers.Add("Idempotency-Key", key);
            var response = await test.Client.SendAsync(request, Token);
            return (response.StatusCode, (await TestServer.JsonAsync(response)).GetProperty("id").GetString()!);
        }
    }

    [Fact]
    public async Task A_run_is_cancelled_once()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Waiting);
        var id = await test.StartRunAsync("waiting");
        await test.WaitAsync(id, "Suspended");

        Assert.Equal(HttpStatusCode.Accepted, (await test.PostAsync($"/api/v1/runs/{id}/cancel", """{ "reason": "enough" }""")).StatusCode);
        await test.WaitAsync(id, "Cancelled");
        Assert.Equal(HttpStatusCode.Conflict, (await test.PostAsync($"/api/v1/runs/{id}/cancel", "{}")).StatusCode);
    }

    [Theory]
    [InlineData("GET", "/api/v1/runs/nope")]
    [InlineData("POST", "/api/v1/runs/nope/cancel")]
    [InlineData("POST", "/api/v1/workflows/nope/runs")]
    [InlineData("GET", "/api/v1/workflows/nope")]
    [InlineData("GET", "/api/v1/datasets/nope/versions")]
    [InlineData("GET", "/api/v1/datasets/nope/versions/1/checks")]
    [InlineData("GET", "/api/v1/datasets/nope/versions/1/profile")]
    [InlineData("GET", "/api/v1/models/nope/versions")]
    [InlineData("GET", "/nope")]
    public async Task What_is_not_there_is_a_problem_with_404(string method, string path)
    {
        await using var test = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "GET" ? null : TestServer.Json("{}") };
        var response = await test.Client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(404, (await TestServer.JsonAsync(response)).GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Wrong_parameters_are_named_all_at_once()
    {
        await using var test = await TestServer.StartAsync();
        var response = await test.Client.GetAsync("/api/v1/runs?take=9999&skip=-1&status=Odd", Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var errors = (await TestServer.JsonAsync(response)).GetProperty("errors");
        Assert.Equal(["Skip", "Status", "Take"], errors.EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, (await test.PostAsync("/api/v1/events/Go", "[")).StatusCode);
    }

    [Fact]
    public async Task On_a_full_disk_nothing_is_admitted_and_the_process_lives()
    {
        Assert.SkipUnless(SmallDisk.CanMount, "Only root can mount the small file system that fills up.");
        using var disk = new SmallDisk(megabytes: 12);
        await using var test = await TestServer.StartAsync(folder: Path.Combine(disk.Folder, "data"));
        await test.PublishAsync(Waiting);
        var ballast = Path.Combine(disk.Folder, "ballast");
        Fill(ballast);

        // Some starts may still fit into the log that is there; a large input does not.
        var large = $$"""{ "input": { "who": "{{new string('x', 2 << 20)}}" } }""";
        var refused = await test.PostAsync("/api/v1/workflows/waiting/runs", large);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("The disk is full.", (await TestServer.JsonAsync(refused)).GetProperty("title").GetString());
        Assert.Equal("ready", (await test.GetJsonAsync("/health")).GetProperty("status").GetString());

        File.Delete(ballast);
        await test.WaitAsync(await test.StartRunAsync("waiting"), "Suspended");
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            for (var block = new byte[4096]; ;)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }
}
