using System.Net;
using System.Text;
using System.Text.Json;
using Dag.Host.Tests.Web;
using static Dag.Host.Tests.Hooks.HookJson;

namespace Dag.Host.Tests.Hooks;

/// <summary>Requests that start runs, over a real connection.</summary>
public sealed class HookStartTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_starts_a_run_and_is_answered_with_its_id_when_the_start_is_stored()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Of("plain"));

        var response = await test.PostAsync("/hooks/plain", """{"a":1}""");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var id = (await TestServer.JsonAsync(response)).GetProperty("id").GetString()!;
        Assert.Equal($"/api/v1/runs/{id}", response.Headers.Location!.OriginalString);
        Assert.NotNull(await test.Engine.FindRunAsync(id, Token));
    }

    [Fact]
    public async Task The_run_gets_route_query_headers_and_body_without_credentials()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Sequence("all",
            Endpoint("orders/{id}/{*rest}"), Write("routeData", "1"), Write("queryStringData", "2"), Write("headers", "3"), Write("parsedContent", "4"), Write("result", "5")));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/Orders/42/a/b%20c?x=1&y=2&y=3") { Content = TestServer.Json("""{"n":[1,2.5,"ä"],"t":true}""") };
        request.Headers.Add("X-One", "1");
        request.Headers.Add("Authorization", "Bearer hunter2");
        request.Headers.Add("Cookie", "hunter2");

        var lines = await LinesAsync(test, await test.Client.SendAsync(request, Token));

        Assert.Equal("""{"id":"42","rest":"a/b c"}""", lines[0]);
        Assert.Equal("""{"x":"1","y":["2","3"]}""", lines[1]);
        Assert.Contains("\"X-One\":\"1\"", lines[2]);
        Assert.Equal("""{"n":[1,2.5,"ä"],"t":true}""", lines[3]);
        Assert.Contains("\"Method\":\"POST\",\"Path\":\"/hooks/Orders/42/a/b c\",\"QueryString\":\"?x=1&y=2&y=3\"", lines[4]);
        Assert.DoesNotContain(lines, l => l.Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("text/plain", "hello", "hello")]
    [InlineData("application/xml; charset=utf-8", "<a/>", "<a/>")]
    [InlineData("application/x-www-form-urlencoded", "a=1+2&b=%C3%A4&b=x", """{"a":"1 2","b":["ä","x"]}""")]
    [InlineData("application/vnd.github+json", """{"x":null}""", """{"x":null}""")]
    [InlineData("application/json", "", "")]
    public async Task The_body_becomes_a_value_by_its_content_type(string type, string body, string expected)
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Of("body", "", Write("parsedContent")));

        Assert.Equal(expected, Assert.Single(await LinesAsync(test, await SendAsync(test, "/hooks/body", type, body))));
    }

    [Fact]
    public async Task A_large_body_is_kept_apart_from_the_events()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Of("large", "", Respond(Variable("parsedContent"))));
        var text = new string('x', 1 << 20);

        var response = await test.PostAsync("/hooks/large", JsonSerializer.Serialize(new { text }));

        Assert.Equal(text, (await TestServer.JsonAsync(response)).GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("application/json", "{oops", "not the JSON")]
    [InlineData("application/json", "\"\\ud800\"", "half a surrogate")]
    [InlineData("application/json; charset=klingon", "{}", "'klingon' is not known")]
    [InlineData("multipart/form-data", "x", "no boundary")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nX: 1\r\n\r\nx\r\n--b--", "Content-Disposition")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nnever ends", "form cannot be read")]
    public async Task A_malformed_body_is_refused_and_starts_nothing(string type, string body, string expected)
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Of("bad"));

        var response = await SendAsync(test, "/hooks/bad", type, body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, await DetailAsync(response));
        await NothingStartedAsync(test);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_is_too_large_is_refused_whether_its_length_is_told_or_not(bool tellsLength)
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Of("small", ", \"requestSizeLimit\": 1000"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/small") { Content = TestServer.Json($"\"{new string('x', 2000)}\"") };
        request.Headers.TransferEncodingChunked = !tellsLength;

        var response = await test.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("1,000 bytes", await DetailAsync(response));
        await NothingStartedAsync(test);
    }

    [Fact]
    public async Task A_body_that_says_that_it_is_too_large_is_not_asked_for()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Of("small", ", \"requestSizeLimit\": 1000"));
        using var body = new MemoryStream(new byte[2000]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/small") { Content = new StreamContent(body) };
        request.Headers.ExpectContinue = true;

        var response = await test.Client.SendAsync(request, Token);

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, 0), (response.StatusCode, body.Position));
        await NothingStartedAsync(test);
    }

    [Fact]
    public async Task An_unknown_path_is_not_found_and_a_wrong_method_is_told_the_right_ones()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Sequence("methods", Endpoint("a/{b}", methods: "[\"PUT\", \"DELETE\"]")));

        foreach (var path in (string[])["/hooks", "/hooks/", "/hooks/a", "/hooks/a/b/c", "/hooks/%2e%2e/x", "/hooks/" + new string('a', 3000)])
        {
            var missing = await test.PostAsync(path, "{}");
            Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
            Assert.Equal("application/problem+json", missing.Content.Headers.ContentType!.MediaType);
        }

        var wrong = await test.PostAsync("/hooks/a/1", "{}");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, wrong.StatusCode);
        Assert.Equal(["DELETE", "PUT"], wrong.Content.Headers.Allow.Order());
        Assert.Equal(HttpStatusCode.Accepted, (await test.Client.DeleteAsync("/hooks/a/1", Token)).StatusCode);
    }

    [Fact]
    public async Task The_more_special_path_is_meant()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Sequence("any", Endpoint("{*all}"), Respond("\"any\"")));
        await test.PublishAsync(Sequence("value", Endpoint("orders/{id}"), Respond("\"value\"")));
        await test.PublishAsync(Sequence("literal", Endpoint("orders/new"), Respond("\"literal\"")));

        foreach (var (path, expected) in ((string, string)[])[("orders/new", "literal"), ("orders/7", "value"), ("x", "any")])
        {
            Assert.Equal(expected, await BodyAsync(await test.PostAsync($"/hooks/{path}", "{}")));
        }
    }

    [Fact]
    public async Task A_path_and_method_of_another_workflow_are_refused_at_publish_until_it_is_retracted()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Sequence("first", Endpoint("orders/{id}")));
        await test.PublishAsync(Sequence("first", Endpoint("orders/{id}"), Write("routeData")));
        var second = Sequence("second", Endpoint("orders/{order}"));

        var refused = await test.PostAsync("/api/v1/workflows", second);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("POST /hooks/orders/{order} belongs to the workflow 'first' (first) as /orders/{id}.", await refused.Content.ReadAsStringAsync(Token));
        await test.PostAsync("/api/v1/workflows/first/retract", "{}");
        Assert.Equal(HttpStatusCode.NotFound, (await test.PostAsync("/hooks/orders/1", "{}")).StatusCode);
        await test.PublishAsync(second);
        Assert.Equal(HttpStatusCode.Accepted, (await test.PostAsync("/hooks/orders/1", "{}")).StatusCode);
    }

    internal static async Task<HttpResponseMessage> SendAsync(TestServer test, string path, string type, string body)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return await test.Client.PostAsync(path, content, Token);
    }

    internal static async Task<string> IdAsync(HttpResponseMessage response)
    {
        var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token)).RootElement;
        return json.TryGetProperty("id", out var id) ? id.GetString()! : json.GetRawText();
    }

    internal static async Task<string[]> LinesAsync(TestServer test, HttpResponseMessage response)
    {
        var id = await IdAsync(response);
        await test.WaitAsync(id, "Finished");
        return [.. (await test.GetJsonAsync($"/api/v1/runs/{id}")).GetProperty("lines").EnumerateArray().Select(l => l.GetString()!)];
    }

    internal static async Task<string> BodyAsync(HttpResponseMessage response) => await response.Content.ReadAsStringAsync(Token);

    internal static async Task<string> DetailAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token)).RootElement.GetProperty("detail").GetString()!;

    internal static async Task NothingStartedAsync(TestServer test) =>
        Assert.Equal(0, (await test.GetJsonAsync("/api/v1/runs")).GetProperty("totalCount").GetInt64());
}
