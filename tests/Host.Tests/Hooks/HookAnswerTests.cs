using System.Net;
using Dag.Host.Tests.Http;
using Dag.Host.Tests.Web;
using Microsoft.AspNetCore.Http;
using static Dag.Host.Tests.Hooks.HookJson;

namespace Dag.Host.Tests.Hooks;

/// <summary>What callers are told, and when.</summary>
public sealed class HookAnswerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_workflow_answers_with_status_headers_and_body()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Of("echo", "",
            Respond(Variable("parsedContent"), """, "statusCode": 201, "responseHeaders": { "expression": { "type": "Object", "value": "{\"X-A\": [\"1\", \"2\"]}" } }""")));

        var response = await test.PostAsync("/hooks/echo", """{"name":"Ada"}""");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["1", "2"], response.Headers.GetValues("X-A"));
        Assert.Equal("""{"name":"Ada"}""", await HookStartTests.BodyAsync(response));
        Assert.Equal("Finished", (await test.GetJsonAsync("/api/v1/runs")).GetProperty("runs")[0].GetProperty("subStatus").GetString());
    }

    [Theory]
    [InlineData(204)]
    [InlineData(404)]
    public async Task An_answer_without_a_body_has_none(int status)
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Of("empty", "", $$"""{ "id": "r", "type": "Elsa.WriteHttpResponse", "statusCode": {{status}} }"""));

        var response = await test.PostAsync("/hooks/empty", "{}");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("", await HookStartTests.BodyAsync(response));
    }

    [Fact]
    public async Task The_caller_waits_while_work_goes_on()
    {
        await using var server = await CalledServer.StartAsync((context, _) =>
        {
            context.Response.ContentType = "text/plain";
            return context.Response.WriteAsync("from afar");
        });
        await using var test = await StartAsync();
        await test.PublishAsync(Of("call", "", Send(server), Respond(Variable("answer"))));

        var response = await test.PostAsync("/hooks/call", "{}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("from afar", await HookStartTests.BodyAsync(response));
    }

    [Fact]
    public async Task The_caller_is_sent_away_when_that_takes_too_long_and_the_late_answer_is_an_incident()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await CalledServer.StartAsync((context, _) => release.Task);
        await using var test = await StartAsync();
        await test.PublishAsync(Of("slow", ", \"requestTimeout\": \"00:00:00.05\"", Send(server), Respond("\"late\"")));

        var response = await test.PostAsync("/hooks/slow", "{}");
        var id = await HookStartTests.IdAsync(response);
        release.SetResult();
        await test.WaitAsync(id, "Faulted");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Contains("no HTTP caller", (await test.GetJsonAsync($"/api/v1/runs/{id}")).GetProperty("incidents")[0].GetProperty("message").GetString());
    }

    [Fact]
    public async Task The_caller_is_not_kept_waiting_when_the_run_waits_for_something_else()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Of("suspends", "", FlowJson.Event("e", "go"), Respond("\"late\"")));

        Assert.Equal(HttpStatusCode.Accepted, (await test.PostAsync("/hooks/suspends", "{}")).StatusCode);
    }

    [Fact]
    public async Task A_run_that_never_comes_to_its_answer_is_accepted()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Of("passes", "", $$"""{ "id": "if", "type": "Elsa.If", "condition": false, "then": {{Respond("\"never\"")}} }"""));

        Assert.Equal(HttpStatusCode.Accepted, (await test.PostAsync("/hooks/passes", "{}")).StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_that_faults_before_it_answers_is_a_500_that_tells_no_more_than_its_id(bool hasAnswer)
    {
        await using var test = await TestServer.StartAsync();
        string[] rest = hasAnswer ? [FlowJson.Fault("x", "internal hunter2"), Respond("\"never\"")] : [FlowJson.Fault("x", "internal hunter2")];
        await test.PublishAsync(Of("faults", "", rest));

        var response = await test.PostAsync("/hooks/faults", "{}");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        var problem = await TestServer.JsonAsync(response);
        Assert.NotNull(await test.Engine.FindRunAsync(problem.GetProperty("runId").GetString()!, Token));
        Assert.DoesNotContain("hunter2", problem.GetRawText());
    }

    [Fact]
    public async Task An_answer_that_was_decided_is_sent_even_if_the_run_then_faults()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Of("both", "", Respond("\"said\""), FlowJson.Fault("x", "boom")));

        Assert.Equal("said", await HookStartTests.BodyAsync(await test.PostAsync("/hooks/both", "{}")));
    }

    [Fact]
    public async Task A_caller_that_leaves_does_not_disturb_the_run()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await CalledServer.StartAsync((context, _) =>
        {
            asked.TrySetResult();
            return release.Task;
        });
        await using var test = await StartAsync();
        await test.PublishAsync(Of("leaves", "", Send(server), Respond("\"nobody hears\"")));
        using var leave = new CancellationTokenSource();
        var asking = test.Client.PostAsync("/hooks/leaves", TestServer.Json("{}"), leave.Token);
        await asked.Task.WaitAsync(Token);

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        var id = (await test.GetJsonAsync("/api/v1/runs")).GetProperty("runs")[0].GetProperty("id").GetString()!;
        release.SetResult();

        await test.WaitAsync(id, "Finished");
    }

    private static Task<TestServer> StartAsync() => TestServer.StartAsync(configure: o => o with { AllowedNetworks = [IPNetwork.Parse("127.0.0.0/8")] });

    private static string Send(CalledServer server) =>
        $$"""{ "id": "send", "type": "Elsa.FlowSendHttpRequest", "url": "{{server.Address}}", "parsedContent": { "memoryReference": { "id": "answer" } } }""";
}
