using System.Text;
using Dag.Tests;
using Dag.Workflows.Hooks;
using Dag.Workflows.Runs;
using Dag.Workflows.Tests.Runs;

namespace Dag.Workflows.Tests.Hooks;

public sealed class WriteHttpResponseTests
{
    [Theory]
    [InlineData("\"hello\"", null, "text/plain; charset=utf-8", "hello")]
    [InlineData("5", null, "application/json", "5")]
    [InlineData("true", "text/plain", "text/plain", "True")]
    [InlineData("""{ "expression": { "type": "Variable", "value": { "id": "v" } } }""", null, "application/json", """{"a":[1,"ä"]}""")]
    [InlineData("""{ "expression": { "type": "Object", "value": "<b>x</b>" } }""", "text/html", "text/html", "<b>x</b>")]
    public async Task The_body_and_its_type_follow_from_the_content(string content, string? type, string expectedType, string expectedBody)
    {
        var (response, state) = await RunAsync($""" "content": {content}{(type is null ? "" : $", \"contentType\": \"{type}\"")} """);

        Assert.Equal(RunSubStatus.Finished, state.SubStatus);
        Assert.Equal((200, expectedType, expectedBody), (response!.StatusCode, response.ContentType, Encoding.UTF8.GetString(response.Body)));
    }

    [Theory]
    [InlineData("\"Created\"", 201)]
    [InlineData("404", 404)]
    [InlineData("\"418\"", 418)]
    public async Task The_status_code_may_be_a_name_or_a_number(string status, int expected) =>
        Assert.Equal(expected, (await RunAsync($""" "statusCode": {status} """)).Response!.StatusCode);

    [Fact]
    public async Task Headers_may_have_several_values_and_a_status_without_a_body_has_none()
    {
        var (response, _) = await RunAsync(""" "statusCode": 204, "content": "x", "responseHeaders": { "expression": { "type": "Object", "value": "{\"X-A\": \"1\", \"X-B\": [\"2\", 3]}" } } """);

        Assert.Empty(response!.Body);
        Assert.Null(response.ContentType);
        Assert.Equal(["X-A: 1", "X-B: 2,3"], response.Headers.Select(h => $"{h.Key}: {string.Join(',', h.Value)}"));
    }

    [Theory]
    [InlineData(""" "statusCode": 99 """, "'statusCode' is 99")]
    [InlineData(""" "content": "x", "contentType": "nonsense" """, "no content type")]
    [InlineData(""" "responseHeaders": { "expression": { "type": "Object", "value": "{\"X A\": \"1\"}" } } """, "'X A' cannot be sent")]
    [InlineData(""" "responseHeaders": { "expression": { "type": "Object", "value": "{\"X-A\": \"1\\r\\nSet-Cookie: x\"}" } } """, "'X-A' cannot be sent")]
    [InlineData(""" "responseHeaders": { "expression": { "type": "Object", "value": "{\"content-length\": \"1\"}" } } """, "the service's own")]
    [InlineData(""" "responseHeaders": "nonsense" """, "no object")]
    public async Task What_the_web_would_refuse_is_an_incident(string members, string expected)
    {
        var (response, state) = await RunAsync(members);

        Assert.Null(response);
        Assert.Contains(expected, Assert.Single(state.Incidents).Message);
    }

    [Fact]
    public async Task Without_a_caller_it_faults()
    {
        var run = await InMemoryRun.RunAsync(Json(""" "content": "x" """));

        Assert.Contains("no HTTP caller", Assert.Single(run.State.Incidents).Message);
        Assert.Equal(RunSubStatus.Faulted, run.State.SubStatus);
    }

    [Fact]
    public async Task A_second_answer_faults_and_the_first_is_sent()
    {
        var (response, state) = await RunAsync(""" "content": "first" """, """, { "id": "again", "type": "Elsa.WriteHttpResponse", "content": "second" }""");

        Assert.Equal("first", Encoding.UTF8.GetString(response!.Body));
        Assert.Equal("again", Assert.Single(state.Incidents).ActivityId);
    }

    [Fact]
    public async Task A_caller_who_has_been_sent_away_cannot_be_answered()
    {
        var caller = new HookCaller();
        Assert.True(caller.TryAnswer(new HookAnswer.Accepted()));

        var state = await RunAsync(Json(""" "content": "x" """), caller);

        Assert.Single(state.Incidents);
    }

    [Fact]
    public async Task A_caller_whose_answer_is_decided_is_not_sent_away()
    {
        var caller = new HookCaller();
        await RunAsync(Json(""" "content": "x" """), caller);

        Assert.False(caller.TryAnswer(new HookAnswer.Accepted()));
        Assert.False(caller.Answer.IsCompleted);
        Assert.True(caller.TryDeliver());
        Assert.IsType<HookAnswer.Written>(await caller.Answer);
    }

    private static async Task<(HookResponse? Response, RunState State)> RunAsync(string members, string more = "")
    {
        var caller = new HookCaller();
        var state = await RunAsync(Json(members, more), caller);
        return (caller.TryDeliver() ? ((HookAnswer.Written)await caller.Answer).Response : null, state);
    }

    private static async Task<RunState> RunAsync(string json, HookCaller caller)
    {
        var clock = new FakeTimeProvider();
        var graph = InMemoryRun.Compile(json);
        var state = new RunState("run-1", graph);
        var burst = new Burst(state, clock) { Caller = caller };
        burst.Start(InMemoryRun.StartOf(graph, clock));
        Assert.True(await burst.DrainAsync(int.MaxValue, CancellationToken.None));
        return state;
    }

    private static string Json(string members, string more = "") => $$"""
        { "definitionId": "w", "variables": [{ "id": "v", "name": "v", "typeName": "Object", "value": { "a": [1, "ä"] } }],
          "root": { "id": "s", "type": "Elsa.Sequence", "activities": [{ "id": "r", "type": "Elsa.WriteHttpResponse", {{members}} }{{more}}] } }
        """;
}
