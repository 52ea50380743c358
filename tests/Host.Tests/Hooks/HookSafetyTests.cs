using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Dag.Host.Tests.Web;
using static Dag.Host.Tests.Hooks.HookJson;

namespace Dag.Host.Tests.Hooks;

/// <summary>Who may call endpoints, and how often a request counts.</summary>
public sealed class HookSafetyTests : IDisposable
{
    private const string Secret = "a long random secret";
    private readonly TempFolder _folder = new();
    private readonly string _name = $"DAG_TEST_{Guid.NewGuid():N}";

    public HookSafetyTests() => Environment.SetEnvironmentVariable(_name, Secret);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(_name, null);
        _folder.Dispose();
    }

    [Fact]
    public async Task A_signed_request_is_taken_once()
    {
        await using var test = await SignedAsync();
        var timestamp = Now();

        var first = await SendSignedAsync(test, "/hooks/signed?x=1", "{}", timestamp, Sign($"{timestamp}.POST./hooks/signed?x=1.{{}}"));
        var again = await SendSignedAsync(test, "/hooks/signed?x=1", "{}", timestamp, Sign($"{timestamp}.POST./hooks/signed?x=1.{{}}"));
        var replay = await SendSignedAsync(test, "/hooks/signed?x=1", "{}", timestamp, Sign($"{timestamp}.POST./hooks/signed?x=1.{{}}"), "another key");

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.OK, HttpStatusCode.Conflict), (first.StatusCode, again.StatusCode, replay.StatusCode));
        Assert.Equal(await HookStartTests.IdAsync(first), await HookStartTests.IdAsync(again));
        Assert.Equal(1, (await test.GetJsonAsync("/api/v1/runs")).GetProperty("totalCount").GetInt64());
    }

    [Theory]
    [InlineData("body")]
    [InlineData("query")]
    [InlineData("method")]
    [InlineData("timestamp")]
    [InlineData("secret")]
    [InlineData("no signature")]
    [InlineData("no timestamp")]
    [InlineData("malformed")]
    [InlineData("old")]
    [InlineData("future")]
    public async Task A_request_that_is_signed_wrongly_is_refused_and_starts_nothing(string wrong)
    {
        await using var test = await SignedAsync();
        var timestamp = wrong switch { "old" => Now(-301), "future" => Now(301), _ => Now() };
        var signature = Sign(
            $"{(wrong == "timestamp" ? Now(-1) : timestamp)}.{(wrong == "method" ? "PUT" : "POST")}./hooks/signed{(wrong == "query" ? "?x=2" : "")}.{(wrong == "body" ? "[]" : "{}")}",
            wrong == "secret" ? "another" : Secret);

        var response = await SendSignedAsync(
            test, "/hooks/signed", "{}", wrong == "no timestamp" ? null : timestamp, wrong == "no signature" ? null : wrong == "malformed" ? "sha256=xyz" : signature);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        await HookStartTests.NothingStartedAsync(test);
    }

    [Fact]
    public async Task GitHub_signs_the_body_alone()
    {
        await using var test = await SignedAsync(", \"signatureFormat\": \"GitHub\", \"idempotencyKey\": \"X-GitHub-Delivery\"");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/signed") { Content = TestServer.Json("{}") };
        request.Headers.Add("X-Hub-Signature-256", Sign("{}"));
        request.Headers.Add("X-GitHub-Delivery", "72d3162e");
        using var wrong = new HttpRequestMessage(HttpMethod.Post, "/hooks/signed") { Content = TestServer.Json("[]") };
        wrong.Headers.Add("X-Hub-Signature-256", Sign("{}"));

        Assert.Equal(HttpStatusCode.Accepted, (await test.Client.SendAsync(request, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await test.Client.SendAsync(wrong, Token)).StatusCode);
    }

    [Fact]
    public async Task A_file_is_signed_as_well_and_not_kept_when_the_signature_is_wrong()
    {
        await using var test = await SignedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/signed") { Content = new ByteArrayContent(new byte[100_000]) };
        request.Headers.Add("X-Dag-Timestamp", Now());
        request.Headers.Add("X-Dag-Signature", Sign("x"));

        Assert.Equal(HttpStatusCode.Unauthorized, (await test.Client.SendAsync(request, Token)).StatusCode);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_folder.Path, "data", "uploads"), "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("X-Api-Key", "a long random secret", HttpStatusCode.Accepted)]
    [InlineData("Authorization", "Bearer a long random secret", HttpStatusCode.Accepted)]
    [InlineData("X-Api-Key", "wrong", HttpStatusCode.Unauthorized)]
    [InlineData("X-Other", "a long random secret", HttpStatusCode.Unauthorized)]
    public async Task An_endpoint_may_want_a_key_of_its_own(string header, string value, HttpStatusCode expected)
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Of("keyed", $", \"apiKey\": \"secret:{_name}\""));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/keyed") { Content = TestServer.Json("{}") };
        request.Headers.Add(header, value);

        Assert.Equal(expected, (await test.Client.SendAsync(request, Token)).StatusCode);
    }

    [Fact]
    public async Task An_endpoint_whose_secret_is_missing_is_closed()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Of("closed", ", \"apiKey\": \"secret:DAG_TEST_NONE\""));

        var response = await test.PostAsync("/hooks/closed", "{}");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.DoesNotContain("DAG_TEST_NONE", await HookStartTests.BodyAsync(response));
    }

    [Fact]
    public async Task Off_loopback_an_endpoint_wants_its_own_credential_or_the_service_s_key()
    {
        await using var test = await TestServer.StartAsync("http://0.0.0.0:0", "service-key");
        test.Client.DefaultRequestHeaders.Add("X-Api-Key", "service-key");
        await test.PublishAsync(Of("open"));
        await test.PublishAsync(Of("own", $", \"apiKey\": \"secret:{_name}\", \"apiKeyHeader\": \"X-Hook-Key\""));
        await test.PublishAsync(Of("both", $", \"authorize\": true, \"apiKey\": \"secret:{_name}\", \"apiKeyHeader\": \"X-Hook-Key\""));
        test.Client.DefaultRequestHeaders.Clear();

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(test, "open"));
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(test, "open", ("X-Api-Key", "service-key")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(test, "own"));
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(test, "own", ("X-Hook-Key", Secret)));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(test, "both", ("X-Hook-Key", Secret)));
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(test, "both", ("X-Hook-Key", Secret), ("X-Api-Key", "service-key")));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(test, "none"));
    }

    [Fact]
    public async Task An_endpoint_for_authenticated_requests_is_closed_while_the_service_has_no_key()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Of("locked", ", \"authorize\": true"));

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(test, "locked"));
    }

    [Theory]
    [InlineData("Origin", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Host", "evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("Origin", "http://localhost:3000", HttpStatusCode.Accepted)]
    public async Task On_loopback_no_page_of_another_site_can_call_an_endpoint(string header, string value, HttpStatusCode expected)
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Of("local"));

        Assert.Equal(expected, await StatusAsync(test, "local", (header, value)));
    }

    [Fact]
    public async Task One_key_starts_one_run_also_at_once_and_over_a_restart()
    {
        var data = Path.Combine(_folder.Path, "data");
        string id;
        await using (var test = await TestServer.StartAsync(folder: data))
        {
            await test.PublishAsync(Of("once", "", Write("parsedContent")));
            var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => KeyedAsync(test, "once", "Idempotency-Key", "k1")));
            id = await HookStartTests.IdAsync(responses[0]);
            Assert.Equal(1, responses.Count(r => r.StatusCode == HttpStatusCode.Accepted));
            Assert.Equal(19, responses.Count(r => r.StatusCode == HttpStatusCode.OK));
            Assert.All(await Task.WhenAll(responses.Select(HookStartTests.IdAsync)), other => Assert.Equal(id, other));
            Assert.NotEqual(id, await HookStartTests.IdAsync(await KeyedAsync(test, "once", "Idempotency-Key", "k2")));
        }

        await using (var test = await TestServer.StartAsync(folder: data))
        {
            var again = await KeyedAsync(test, "once", "Idempotency-Key", "k1");
            Assert.Equal((HttpStatusCode.OK, id), (again.StatusCode, await HookStartTests.IdAsync(again)));
            Assert.Equal(2, (await test.GetJsonAsync("/api/v1/runs")).GetProperty("totalCount").GetInt64());
        }
    }

    [Fact]
    public async Task The_key_may_stand_in_the_body_and_is_then_wanted()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Of("member", ", \"idempotencyKey\": \"$.event.id\""));

        var first = await test.PostAsync("/hooks/member", """{"event":{"id":7}}""");
        var again = await test.PostAsync("/hooks/member", """{"event":{"id":7},"more":1}""");
        var missing = await test.PostAsync("/hooks/member", """{"event":7}""");

        Assert.Equal(await HookStartTests.IdAsync(first), await HookStartTests.IdAsync(again));
        Assert.Equal(HttpStatusCode.BadRequest, missing.StatusCode);
        Assert.Contains("$.event.id", await HookStartTests.DetailAsync(missing));
    }

    [Fact]
    public async Task A_key_that_is_too_long_is_refused()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Of("long"));

        Assert.Equal(HttpStatusCode.BadRequest, (await KeyedAsync(test, "long", "Idempotency-Key", new string('k', 201))).StatusCode);
    }

    private static string Now(int offset = 0) => DateTimeOffset.UtcNow.AddSeconds(offset).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static string Sign(string text, string secret = Secret) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));

    private static async Task<HttpResponseMessage> SendSignedAsync(
        TestServer test, string path, string body, string? timestamp, string? signature, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = TestServer.Json(body) };
        foreach (var (name, value) in (ReadOnlySpan<(string, string?)>)[("X-Dag-Timestamp", timestamp), ("X-Dag-Signature", signature), ("Idempotency-Key", idempotencyKey)])
        {
            if (value is not null)
            {
                request.Headers.Add(name, value);
            }
        }

        return await test.Client.SendAsync(request, Token);
    }

    private static Task<HttpResponseMessage> KeyedAsync(TestServer test, string path, string header, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/hooks/{path}") { Content = TestServer.Json("{}") };
        request.Headers.Add(header, key);
        return test.Client.SendAsync(request, Token);
    }

    private static async Task<HttpStatusCode> StatusAsync(TestServer test, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/hooks/{path}") { Content = new StringContent("x") };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return (await test.Client.SendAsync(request, Token)).StatusCode;
    }

    private async Task<TestServer> SignedAsync(string members = "")
    {
        var test = await TestServer.StartAsync(folder: Path.Combine(_folder.Path, "data"));
        await test.PublishAsync(Of("signed", $", \"signingSecret\": \"secret:{_name}\"{members}"));
        return test;
    }
}
