using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Dag.Activities.Http;
using Dag.Activities.OutgoingHttp;
using Dag.Activities.Tests.Models;
using Dag.Activities.Tests.OutgoingHttp;
using Dag.Workflows.Activities;
using Microsoft.AspNetCore.Http;

namespace Dag.Activities.Tests.Http;

public sealed class SendHttpRequestTests : IAsyncDisposable
{
    private readonly OutgoingHttpOptions _options = new() { AllowedNetworks = [IPNetwork.Parse("127.0.0.0/8")] };
    private readonly RecordingLogger<SendHttpRequest> _log = new();
    private LocalServer _server = null!;

    public async ValueTask DisposeAsync() => await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);

    [Fact]
    public async Task Json_comes_back_as_a_value_with_its_status_and_headers()
    {
        await AnswerAsync(context =>
        {
            context.Response.StatusCode = 201;
            context.Response.Headers.Append("X-Many", "a");
            context.Response.Headers.Append("X-Many", "b");
            return context.Response.WriteAsJsonAsync(new { id = 7, tags = new[] { "x" } });
        });

        var (request, context) = await SendAsync(r => r.Method = "post");

        Assert.Equal(201, request.StatusCode);
        var content = Assert.IsType<Dictionary<string, object?>>(request.ParsedContent);
        Assert.Equal(7, content["id"]);
        Assert.Equal(["a", "b"], (IEnumerable<object?>)request.ResponseHeaders!["x-many"]!);
        Assert.Equal(["application/json; charset=utf-8"], (IEnumerable<object?>)request.ResponseHeaders["Content-Type"]!);
        Assert.Equal("unmatchedStatusCode", context.Port);
        Assert.Null(request.Error);
    }

    [Theory]
    [InlineData("text/plain; charset=iso-8859-1", "caf\u00e9")]
    [InlineData("application/xml", "<a/>")]
    public async Task Text_comes_back_as_text(string type, string text)
    {
        await AnswerAsync(context =>
        {
            context.Response.ContentType = type;
            return context.Response.Body.WriteAsync((type.Contains("8859") ? Encoding.Latin1 : Encoding.UTF8).GetBytes(text)).AsTask();
        });

        Assert.Equal(text, (await SendAsync()).Request.ParsedContent);
    }

    [Fact]
    public async Task Anything_else_comes_back_as_bytes_and_an_empty_body_as_nothing()
    {
        await AnswerAsync(context => context.Request.Path == "/empty" ? Task.CompletedTask : context.Response.Body.WriteAsync(new byte[] { 1, 2, 3 }).AsTask());

        Assert.Equal([1, 2, 3], Assert.IsType<byte[]>((await SendAsync()).Request.ParsedContent));
        Assert.Null((await SendAsync(r => r.Url += "/empty")).Request.ParsedContent);
    }

    [Theory]
    [InlineData(null, "plain", "application/json", "plain")]
    [InlineData("text/plain", "plain", "text/plain", "plain")]
    [InlineData("application/x-www-form-urlencoded", "a=1&b=2", "application/x-www-form-urlencoded", "a=1&b=2")]
    [InlineData("application/x-www-form-urlencoded", """{"a b":"1&2","c":["x","y"]}""", "application/x-www-form-urlencoded", "a+b=1%262&c=x&c=y")]
    public async Task Text_is_sent_as_it_is_and_form_fields_from_an_object(string? type, string content, string expectedType, string expectedBody)
    {
        await AnswerAsync(_ => Task.CompletedTask);

        await SendAsync(r => (r.Method, r.Content, r.ContentType) = ("PUT", content, type));

        var (_, body, headers) = Assert.Single(_server.Requests);
        Assert.Equal((expectedType, expectedBody), (headers["Content-Type"], body));
    }

    [Fact]
    public async Task An_object_is_sent_as_json()
    {
        await AnswerAsync(_ => Task.CompletedTask);

        await SendAsync(r => (r.Method, r.Content) = ("POST", new Dictionary<string, object?> { ["name"] = "ä", ["at"] = TimeSpan.FromSeconds(5), ["n"] = 1.5 }));

        Assert.Equal("""{"name":"ä","at":"00:00:05","n":1.5}""", Assert.Single(_server.Requests).Body);
    }

    [Fact]
    public async Task Headers_are_sent_with_a_key_that_all_attempts_share_unless_nothing_changes()
    {
        await AnswerAsync(_ => Task.CompletedTask);
        var headers = new Dictionary<string, object?> { ["X-One"] = "1", ["X-Two"] = new List<object?> { "a", "b" }, ["User-Agent"] = "me" };

        await SendAsync(r => (r.Method, r.RequestHeaders, r.Authorization) = ("DELETE", headers, "Bearer abc"));
        await SendAsync(r => r.RequestHeaders = headers);

        var sent = _server.Requests.Select(r => r.Headers).ToList();
        Assert.Equal(("1", "a, b", "me", "Bearer abc", "key-1"), (sent[0]["X-One"], sent[0]["X-Two"].Replace(",b", ", b"), sent[0]["User-Agent"], sent[0]["Authorization"], sent[0]["Idempotency-Key"]));
        Assert.False(sent[1].ContainsKey("Idempotency-Key"));
    }

    [Theory]
    [InlineData("Bearer a\r\nX-Evil: 1", false)]
    [InlineData("Bearer a\r\nX-Evil: 1", true)]
    [InlineData("top,secret;=", false)]
    public async Task A_header_that_cannot_be_sent_is_named_without_its_value(string authorization, bool isUnchecked)
    {
        await AnswerAsync(_ => Task.CompletedTask);

        var fault = await Assert.ThrowsAsync<ActivityException>(() =>
            SendAsync(r => (r.Authorization, r.DisableAuthorizationHeaderValidation) = (authorization, isUnchecked)));

        Assert.Contains("uthorization", fault.Message);
        Assert.DoesNotContain(authorization, fault.Message);
        Assert.False(fault.Retryable);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task A_credential_without_a_scheme_is_sent_when_it_is_not_checked()
    {
        await AnswerAsync(_ => Task.CompletedTask);

        await SendAsync(r => (r.Authorization, r.DisableAuthorizationHeaderValidation) = ("top,secret;=", true));

        Assert.Equal("top,secret;=", Assert.Single(_server.Requests).Headers["Authorization"]);
    }

    [Fact]
    public async Task Redirects_are_followed_as_browsers_do_and_secrets_do_not_go_to_another_site()
    {
        await using var other = await LocalServer.StartAsync((context, _) => context.Response.WriteAsync("there"));
        await AnswerAsync(context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = context.Request.Path == "/" ? (302, "/next") : (307, other.Address + "/end");
            return Task.CompletedTask;
        });

        await SendAsync(r => (r.Url, r.Method, r.Content, r.Authorization, r.RequestHeaders) =
            (r.Url + "/", "POST", "x", "Bearer abc", new Dictionary<string, object?> { ["X-Key"] = "k", ["Accept"] = "text/plain" }));

        Assert.Equal(["/", "/next"], _server.Requests.Select(r => r.Path));
        Assert.Equal("Bearer abc", _server.Requests.Last().Headers["Authorization"]);
        Assert.Equal("", _server.Requests.Last().Body);
        var (path, _, headers) = Assert.Single(other.Requests);
        Assert.Equal("/end", path);
        Assert.False(headers.ContainsKey("Authorization") || headers.ContainsKey("X-Key"));
        Assert.Equal("text/plain", headers["Accept"]);
    }

    [Fact]
    public async Task A_circle_of_redirects_ends_with_the_last_one()
    {
        await AnswerAsync(context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (302, "/again");
            return Task.CompletedTask;
        });

        Assert.Equal(302, (await SendAsync()).Request.StatusCode);
        Assert.Equal(11, _server.Requests.Count);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    public async Task A_redirect_to_a_metadata_address_is_refused(string location)
    {
        await AnswerAsync(context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (302, location);
            return Task.CompletedTask;
        });

        var fault = await Assert.ThrowsAsync<ActivityException>(() => SendAsync());

        Assert.Contains("169.254.169.254", fault.Message);
        Assert.DoesNotContain("DAG_HTTP_ALLOW", fault.Message);
        Assert.False(fault.Retryable);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task Private_addresses_are_refused_unless_they_are_allowed(string host)
    {
        await AnswerAsync(_ => Task.CompletedTask);
        _options.AllowedNetworks = [IPNetwork.Parse("10.0.0.0/8")];

        var fault = await Assert.ThrowsAsync<ActivityException>(() => SendAsync(r => r.Url = r.Url.Replace("127.0.0.1", host)));

        Assert.Contains("a loopback or private address", fault.Message);
        Assert.Contains("DAG_HTTP_ALLOW", fault.Message);
        Assert.Empty(_server.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_is_too_large_is_not_kept(bool compressed)
    {
        await AnswerAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = compressed ? "gzip" : default;
            await using var body = compressed ? new GZipStream(context.Response.Body, CompressionLevel.Fastest) : context.Response.Body;
            for (var i = 0; i < 100 && !context.RequestAborted.IsCancellationRequested; i++)
            {
                await body.WriteAsync(new byte[64 * 1024]);
            }
        });

        var fault = await Assert.ThrowsAsync<ActivityException>(() => SendAsync(r => r.ResponseSizeLimit = 100_000));

        Assert.Contains("more than 100,000 bytes", fault.Message);
        Assert.False(fault.Retryable);
    }

    [Fact]
    public async Task Malformed_json_is_a_fault_of_a_success_and_text_of_a_failure()
    {
        await AnswerAsync(context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (context.Request.Path == "/bad" ? 400 : 200, "application/json");
            return context.Response.WriteAsync("{oops");
        });

        Assert.Contains("cannot be read", (await Assert.ThrowsAsync<ActivityException>(() => SendAsync())).Message);
        Assert.Equal("{oops", (await SendAsync(r => r.Url += "/bad")).Request.ParsedContent);
    }

    [Fact]
    public async Task Nobody_there_leaves_by_failed_to_connect_and_says_why()
    {
        var (request, context) = await SendAsync(r => r.Url = $"http://127.0.0.1:{FreePort()}/hidden?token=hidden");

        Assert.Equal("failedToConnect", context.Port);
        Assert.Contains("could not be reached", request.Error);
        Assert.DoesNotContain("hidden", request.Error);
        Assert.Equal(0, request.StatusCode);
        Assert.Contains("could not be reached", Assert.Single(_log.Messages).Text);
    }

    [Fact]
    public async Task No_answer_in_time_leaves_by_timeout()
    {
        await AnswerAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));

        var (request, context) = await SendAsync(clock: new HastyClock());

        Assert.Equal("timeout", context.Port);
        Assert.Contains("gave no answer within 100 s", request.Error);
    }

    [Fact]
    public async Task Cancelling_the_attempt_is_no_timeout()
    {
        var asked = new TaskCompletionSource();
        await AnswerAsync(context =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var cancel = new CancellationTokenSource();
        var sending = SendAsync(cancellationToken: cancel.Token);
        await asked.Task;

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(408)]
    public async Task What_may_pass_fails_the_attempt_while_there_is_another_and_says_how_long_to_wait(int status)
    {
        await AnswerAsync(context =>
        {
            (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (status, "17");
            return Task.CompletedTask;
        });

        var fault = await Assert.ThrowsAsync<ActivityException>(() => SendAsync(context: Context(mayRetry: true)));

        Assert.True(fault.Retryable);
        Assert.Equal(TimeSpan.FromSeconds(17), fault.RetryAfter);
        Assert.Contains($"answered {status}", fault.Message);
        Assert.Equal("unmatchedStatusCode", (await SendAsync()).Context.Port);
        Assert.Equal($"{status}", (await SendAsync(context: Context(mayRetry: true, cases: [$"{status}"]))).Context.Port);
    }

    [Fact]
    public async Task Nobody_there_fails_the_attempt_while_there_is_another()
    {
        var fault = await Assert.ThrowsAsync<ActivityException>(() => SendAsync(r => r.Url = $"http://127.0.0.1:{FreePort()}", context: Context(mayRetry: true)));

        Assert.True(fault.Retryable);
    }

    [Theory]
    [InlineData("", "url")]
    [InlineData("/relative", "url")]
    [InlineData("ftp://example.com", "url")]
    [InlineData("http://x y", "url")]
    [InlineData("https://example.com", "method", "GE T")]
    [InlineData("https://example.com", "method", "CONNECT")]
    [InlineData("https://example.com", "contentType", "POST", "no type")]
    [InlineData("https://example.com", "Form fields", "POST", "application/x-www-form-urlencoded", 5)]
    public async Task What_is_set_wrongly_is_named(string url, string expected, string method = "GET", string? type = null, object? content = null)
    {
        var fault = await Assert.ThrowsAsync<ActivityException>(() =>
            SendAsync(r => (r.Url, r.Method, r.ContentType, r.Content) = (url, method, type, content ?? "text")));

        Assert.Contains(expected, fault.Message);
        Assert.False(fault.Retryable);
    }

    [Theory]
    [InlineData(200, new[] { 200, 404 }, new[] { "200", "Done" })]
    [InlineData(404, new[] { 200, 404 }, new[] { "404", "Done" })]
    [InlineData(500, new[] { 200, 404 }, new[] { "Unmatched status code", "Done" })]
    [InlineData(500, new int[0], new[] { "Done" })]
    public async Task The_flow_activity_leaves_by_its_status_code(int status, int[] expected, string[] outcomes)
    {
        await AnswerAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        Assert.Equal(outcomes, (await SendFlowAsync(_server.Address, expected)).Outcomes);
    }

    [Fact]
    public async Task The_flow_activity_leaves_by_failed_to_connect_alone() =>
        Assert.Equal(["Failed to connect"], (await SendFlowAsync($"http://127.0.0.1:{FreePort()}", [200])).Outcomes);

    [Fact]
    public void The_designer_shows_elsa_s_names()
    {
        var flow = DescriptorOf(typeof(FlowSendHttpRequest));
        var send = DescriptorOf(typeof(SendHttpRequest));

        Assert.Equal("Url", flow.Inputs[0].Name);
        Assert.Equal([200], (int[])flow.Inputs[flow.IndexOfInput("ExpectedStatusCodes")].Suggested!);
        Assert.Equal(["Done", "Unmatched status code", "Failed to connect", "Timeout", "Failed"], flow.Outcomes);
        Assert.Equal(["unmatchedStatusCode", "failedToConnect", "timeout"], send.EmbeddedPorts);
        Assert.Equal(new PortCases("expectedStatusCodes", "statusCode"), send.Cases);
        Assert.Equal(["StatusCode", "ParsedContent", "ResponseHeaders", "Error"], send.Outputs.Select(o => o.Name));
    }

    private static ActivityDescriptor DescriptorOf(Type type) => new ActivityCatalog([type]).All.Single(d => d.Implementation == type);

    private static WorkContext Context(bool mayRetry = false, string[]? cases = null) => new()
    {
        RunId = "run-1",
        WorkflowName = "Calls",
        ActivityId = "call",
        ExecutionId = 7,
        Attempt = 1,
        IdempotencyKey = "key-1",
        MayRetry = mayRetry,
        Cases = cases ?? [],
    };

    // A port that was free a moment ago.
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task AnswerAsync(Func<HttpContext, Task> answer) => _server = await LocalServer.StartAsync((context, _) => answer(context));

    private async Task<(SendHttpRequest Request, WorkContext Context)> SendAsync(
        Action<SendHttpRequest>? set = null, WorkContext? context = null, TimeProvider? clock = null, CancellationToken cancellationToken = default)
    {
        using var caller = new HttpCaller(_options, clock ?? TimeProvider.System);
        var request = new SendHttpRequest(caller, TimeProvider.System, _log) { Url = _server?.Address ?? "http://127.0.0.1" };
        set?.Invoke(request);
        context ??= Context();
        await request.ExecuteAsync(context, cancellationToken);
        return (request, context);
    }

    private async Task<WorkContext> SendFlowAsync(string url, int[] expected)
    {
        using var caller = new HttpCaller(_options, TimeProvider.System);
        var context = Context();
        await new FlowSendHttpRequest(caller, TimeProvider.System, new RecordingLogger<FlowSendHttpRequest>()) { Url = url, ExpectedStatusCodes = expected }
            .ExecuteAsync(context, TestContext.Current.CancellationToken);
        return context;
    }
}
