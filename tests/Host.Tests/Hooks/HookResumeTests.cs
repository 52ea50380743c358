using System.Net;
using Dag.Host.Tests.Web;
using static Dag.Host.Tests.Hooks.HookJson;

namespace Dag.Host.Tests.Hooks;

/// <summary>Requests that runs wait for.</summary>
public sealed class HookResumeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_that_waits_goes_on_with_the_request_and_answers_it_also_over_a_restart()
    {
        var data = Path.Combine(_folder.Path, "data");
        string id;
        await using (var test = await TestServer.StartAsync(folder: data))
        {
            await test.PublishAsync(Sequence("ask", Endpoint("ask"), Endpoint("approve/{who}", canStart: false, id: "approve"), Write("routeData"), Respond(Variable("parsedContent"))));
            Assert.Equal(HttpStatusCode.NotFound, (await test.PostAsync("/hooks/approve/ada", "{}")).StatusCode);
            id = await HookStartTests.IdAsync(await test.PostAsync("/hooks/ask", "{}"));
        }

        await using (var test = await TestServer.StartAsync(folder: data))
        {
            var wrong = await test.Client.GetAsync("/hooks/approve/ada", Token);
            Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (wrong.StatusCode, string.Join(',', wrong.Content.Headers.Allow)));

            var response = await test.PostAsync("/hooks/approve/ada", "\"yes\"");
            await test.WaitAsync(id, "Finished");

            Assert.Equal((HttpStatusCode.OK, "yes"), (response.StatusCode, await HookStartTests.BodyAsync(response)));
            Assert.Equal("""{"who":"ada"}""", (await test.GetJsonAsync($"/api/v1/runs/{id}")).GetProperty("lines")[0].GetString());
            Assert.Equal(HttpStatusCode.NotFound, (await test.PostAsync("/hooks/approve/ada", "{}")).StatusCode);
        }
    }

    [Fact]
    public async Task One_of_many_requests_at_once_is_taken()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Sequence("race", Endpoint("race"), Endpoint("go", canStart: false, id: "go"), Respond("\"mine\"")));
        await test.PostAsync("/hooks/race", "{}");

        var responses = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => test.PostAsync("/hooks/go", "{}")));

        Assert.Single(responses, r => r.StatusCode == HttpStatusCode.OK);
        Assert.All(responses.Where(r => r.StatusCode != HttpStatusCode.OK), r => Assert.True(r.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound, $"{r.StatusCode}"));
    }

    [Fact]
    public async Task Runs_that_wait_for_the_same_request_are_told_apart_by_correlation()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Sequence("many", Endpoint("many"), Endpoint("go", canStart: false, id: "go"), Respond("\"ok\"")));
        foreach (var correlation in (string[])["a", "b"])
        {
            await test.PostAsync($"/hooks/many?correlationId={correlation}", "{}");
        }

        var ambiguous = await test.PostAsync("/hooks/go", "{}");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/go") { Content = TestServer.Json("{}") };
        request.Headers.Add("X-Correlation-ID", "b");

        Assert.Equal(HttpStatusCode.Conflict, ambiguous.StatusCode);
        Assert.Contains("2 runs wait", await HookStartTests.DetailAsync(ambiguous));
        Assert.Equal(HttpStatusCode.OK, (await test.Client.SendAsync(request, Token)).StatusCode);
        var left = Assert.Single((await test.GetJsonAsync("/api/v1/runs?status=Running")).GetProperty("runs").EnumerateArray());
        Assert.Equal("a", left.GetProperty("correlationId").GetString());
    }

    [Fact]
    public async Task The_path_may_come_from_the_run()
    {
        await using var test = await TestServer.StartAsync();
        var endpoint = Endpoint("x", canStart: false, id: "go").Replace("\"path\": \"x\"", $"\"path\": {Variable("parsedContent")}", StringComparison.Ordinal);
        await test.PublishAsync(Sequence("dynamic", Endpoint("dynamic"), endpoint, Respond("\"ok\"")));
        await HookStartTests.SendAsync(test, "/hooks/dynamic", "text/plain", "approve/42");

        Assert.Equal(HttpStatusCode.NotFound, (await test.PostAsync("/hooks/approve/43", "{}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await test.PostAsync("/hooks/approve/42", "{}")).StatusCode);
    }

    [Fact]
    public async Task A_cancelled_run_waits_no_longer()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Sequence("cancel", Endpoint("cancel"), Endpoint("go", canStart: false, id: "go")));
        var id = await HookStartTests.IdAsync(await test.PostAsync("/hooks/cancel", "{}"));

        await test.PostAsync($"/api/v1/runs/{id}/cancel", "{}");
        await test.WaitAsync(id, "Cancelled");

        Assert.Equal(HttpStatusCode.NotFound, (await test.PostAsync("/hooks/go", "{}")).StatusCode);
    }
}
