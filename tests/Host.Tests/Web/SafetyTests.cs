using System.Net;
using System.Text;
using Dag.Host.Hosting;
using Dag.Host.Web;

namespace Dag.Host.Tests.Web;

public sealed class SafetyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("LOCALHOST:1234", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:80", HttpStatusCode.OK)]
    [InlineData("[::1]:5000", HttpStatusCode.OK)]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost.evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("10.0.0.1:5000", HttpStatusCode.MisdirectedRequest)]
    public async Task On_loopback_only_its_own_host_names_are_answered(string host, HttpStatusCode expected)
    {
        await using var test = await TestServer.StartAsync();
        foreach (var path in (string[])["/health", "/api/v1/runs"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
            Assert.Equal(expected, (await test.Client.SendAsync(request, Token)).StatusCode);
        }
    }

    [Theory]
    [InlineData("http://localhost:3000", HttpStatusCode.OK)]
    [InlineData("https://127.0.0.1", HttpStatusCode.OK)]
    [InlineData("http://[::1]:5000", HttpStatusCode.OK)]
    [InlineData("http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("http://localhost.evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    public async Task On_loopback_pages_of_other_sites_are_refused(string origin, HttpStatusCode expected)
    {
        await using var test = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/runs");
        request.Headers.TryAddWithoutValidation("Origin", origin);
        Assert.Equal(expected, (await test.Client.SendAsync(request, Token)).StatusCode);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Changes_need_a_JSON_content_type(string method)
    {
        await using var test = await TestServer.StartAsync();
        using var form = new HttpRequestMessage(new HttpMethod(method), "/api/v1/workflows") { Content = new StringContent("{}", Encoding.UTF8, "text/plain") };
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await test.Client.SendAsync(form, Token)).StatusCode);

        using var json = new HttpRequestMessage(new HttpMethod(method), "/api/v1/workflows") { Content = TestServer.Json("{}") };
        Assert.NotEqual(HttpStatusCode.UnsupportedMediaType, (await test.Client.SendAsync(json, Token)).StatusCode);
    }

    [Fact]
    public async Task Off_loopback_every_request_but_health_needs_the_key()
    {
        await using var test = await TestServer.StartAsync("http://0.0.0.0:0", "the right key");

        Assert.Equal(HttpStatusCode.OK, await GetAsync(test, "/health"));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(test, "/api/v1/runs"));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(test, "/"));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(test, "/health/more"));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(test, "/api/v1/runs", ("X-Api-Key", "the wrong key")));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(test, "/api/v1/runs", ("Authorization", "Basic the right key")));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(test, "/api/v1/runs", ("X-Api-Key", "the right key")));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(test, "/api/v1/runs", ("Authorization", "ApiKey the right key")));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(test, "/api/v1/runs", ("Authorization", "Bearer the right key")));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(test, "/api/v1/runs", ("X-Api-Key", "the right key"), ("Host", "dag.example")));
        Assert.Equal(HttpStatusCode.Unauthorized, (await test.PostAsync("/api/v1/workflows", "{}")).StatusCode);
    }

    [Fact]
    public async Task A_key_that_is_set_is_demanded_on_loopback_as_well()
    {
        await using var test = await TestServer.StartAsync(apiKey: "k");
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(test, "/api/v1/runs"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(test, "/api/v1/runs", ("X-Api-Key", "k")));
    }

    [Theory]
    [InlineData("http://0.0.0.0:5000")]
    [InlineData("http://*:5000")]
    [InlineData("http://+:5000")]
    [InlineData("http://[::]:5000")]
    [InlineData("http://192.168.1.4:5000")]
    [InlineData("http://dag.example")]
    public async Task Off_loopback_it_refuses_to_start_without_a_key(string url)
    {
        using var folder = new TempFolder();
        foreach (var key in (string?[])[null, " "])
        {
            var error = await Assert.ThrowsAsync<UsageException>(() => DagServer.StartAsync(
                new DagHostOptions { DataFolder = folder.Path }, new WebOptions { Urls = ["http://localhost:5000", url], ApiKey = key }, Token));
            Assert.Contains(url, error.Message, StringComparison.Ordinal);
            Assert.Contains("DAG_API_KEY", error.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task An_address_that_is_taken_is_named()
    {
        await using var test = await TestServer.StartAsync();
        using var folder = new TempFolder();
        var error = await Assert.ThrowsAsync<UsageException>(() => DagServer.StartAsync(
            new DagHostOptions { DataFolder = folder.Path, Console = Verbosity.Problems }, new WebOptions { Urls = [test.Server.Addresses[0]] }, Token));
        Assert.Contains(test.Server.Addresses[0], error.Message, StringComparison.Ordinal);
        Assert.Contains("--urls", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("ftp://localhost:1")]
    [InlineData("http://local host:1")]
    [InlineData("http://localhost:99999")]
    [InlineData("http://localhost:5000/base")]
    public void What_is_no_address_is_named(string url) =>
        Assert.Contains(url, Assert.Single(new WebOptions { Urls = [url], ApiKey = "k" }.Faults()), StringComparison.Ordinal);

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        await using var test = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/workflows") { Content = TestServer.Json(new string(' ', (int)WebOptions.MaxBodyBytes + 1)) };
        request.Headers.ExpectContinue = true;
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await test.Client.SendAsync(request, Token)).StatusCode);
    }

    private static async Task<HttpStatusCode> GetAsync(TestServer test, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return (await test.Client.SendAsync(request, Token)).StatusCode;
    }
}
