using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using Dag.Host.Tests.Web;

namespace Dag.Host.Tests.WebConsole;

/// <summary>The pages and the files of Studio, over the wire.</summary>
public sealed partial class StudioFilesTests
{
    private const string Script = "/_framework/dotnet.js";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/workflows", "elsa-workflow-definition-list")]
    [InlineData("/workflows?page=1&pageSize=10", "elsa-workflow-definition-list")]
    [InlineData("/workflows/definitions/some%20thing%22%3E/edit", "elsa-workflow-definition-editor")]
    [InlineData("/workflows/instances", "elsa-workflow-instance-list")]
    [InlineData("/workflows/instances/abc/view", "elsa-workflow-instance-viewer")]
    public async Task Pages_hold_their_element_and_load_nothing_from_elsewhere(string path, string element)
    {
        await using var test = await TestServer.StartAsync();
        var response = await test.Client.GetAsync(path, Token);
        var html = await response.Content.ReadAsStringAsync(Token);

        Assert.Contains($"data-element=\"{element}\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("thing\">", html, StringComparison.Ordinal);
        Assert.DoesNotMatch("(href|src)=\"(https?:)?//", html);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.DoesNotContain("'unsafe-eval'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-inline", policy.Split(';').Single(p => p.Trim().StartsWith("script-src", StringComparison.Ordinal)), StringComparison.Ordinal);
        foreach (var file in Links.Matches(html).Select(m => m.Groups[1].Value))
        {
            Assert.Equal(HttpStatusCode.OK, (await test.Client.GetAsync(new Uri(new Uri(test.Client.BaseAddress!, "/"), file), Token)).StatusCode);
        }
    }

    [Fact]
    public async Task Files_are_sent_in_the_encoding_that_the_browser_takes()
    {
        await using var test = await TestServer.StartAsync();
        var plain = await SendAsync(test, Script, null);
        var brotli = await SendAsync(test, Script, "gzip, deflate, br");
        var gzip = await SendAsync(test, Script, "br;q=0, gzip");

        Assert.All((HttpResponseMessage[])[plain, brotli, gzip], r => Assert.Equal("text/javascript", r.Content.Headers.ContentType!.MediaType));
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        Assert.Equal("br", brotli.Content.Headers.ContentEncoding.Single());
        Assert.Equal("gzip", gzip.Content.Headers.ContentEncoding.Single());
        Assert.NotEqual(plain.Headers.ETag, brotli.Headers.ETag);
        var text = await plain.Content.ReadAsStringAsync(Token);
        Assert.Equal(text, await ReadAsync(new BrotliStream(await brotli.Content.ReadAsStreamAsync(Token), CompressionMode.Decompress)));
        Assert.Equal(text, await ReadAsync(new GZipStream(await gzip.Content.ReadAsStreamAsync(Token), CompressionMode.Decompress)));
    }

    [Fact]
    public async Task What_has_a_fingerprint_is_kept_for_good_and_the_rest_is_asked_for_again_cheaply()
    {
        await using var test = await TestServer.StartAsync();
        var script = await SendAsync(test, Script, "br");
        Assert.True(script.Headers.CacheControl!.NoCache);
        using var again = new HttpRequestMessage(HttpMethod.Get, Script);
        again.Headers.TryAddWithoutValidation("Accept-Encoding", "br");
        again.Headers.IfNoneMatch.Add(script.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await test.Client.SendAsync(again, Token)).StatusCode);

        var assembly = Fingerprinted.Match(await ReadAsync(new BrotliStream(await script.Content.ReadAsStreamAsync(Token), CompressionMode.Decompress))).Groups[1].Value;
        var wasm = await SendAsync(test, $"/_framework/{assembly}", "br");
        Assert.Equal("application/wasm", wasm.Content.Headers.ContentType!.MediaType);
        Assert.Contains("immutable", wasm.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/_framework/nothing.js")]
    [InlineData("/_content/../appsettings.json/x")]
    [InlineData("/_content/%2e%2e/package.json")]
    [InlineData("/console/nothing.css")]
    [InlineData("/index.html")]
    public async Task Other_files_are_not_there(string path)
    {
        await using var test = await TestServer.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await test.Client.GetAsync(path, Token)).StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(TestServer test, string path, string? encodings)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (encodings is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", encodings);
        }

        return (await test.Client.SendAsync(request, Token)).EnsureSuccessStatusCode();
    }

    private static async Task<string> ReadAsync(Stream stream)
    {
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Token);
    }

    [GeneratedRegex("(?:href|src)=\"([^\"#]+\\.(?:css|js|svg))\"")]
    private static partial Regex Links { get; }

    [GeneratedRegex("\"(dotnet\\.native\\.[a-z0-9]{10}\\.wasm)\"")]
    private static partial Regex Fingerprinted { get; }
}
