using System.Net;
using System.Text.Json;
using Dag.Host.Tests.Web;
using static Dag.Host.Tests.Hooks.HookJson;

namespace Dag.Host.Tests.Hooks;

/// <summary>Files that requests bring.</summary>
public sealed class HookFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Uploads => Path.Combine(_folder.Path, "data", "uploads");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_form_brings_fields_and_files_that_lie_where_activities_can_read_them()
    {
        await using var test = await StartAsync(Of("form", "", Write("parsedContent", "1"), Write("files", "2")));
        using var form = new MultipartFormDataContent
        {
            { new StringContent("Ada"), "name" }, { new StringContent("x"), "tag" }, { new StringContent("y"), "tag" },
            { new ByteArrayContent([1, 2, 3]) { Headers = { ContentType = new("text/csv") } }, "data", "orders.csv" },
            { new ByteArrayContent([4]), "data", "../../etc/pass:wd" },
        };

        var lines = await HookStartTests.LinesAsync(test, await test.Client.PostAsync("/hooks/form", form, Token));

        Assert.Equal("""{"name":"Ada","tag":["x","y"]}""", lines[0]);
        var files = JsonDocument.Parse(lines[1]).RootElement;
        Assert.Equal(("data", "orders.csv", "text/csv", 3), (
            files[0].GetProperty("Name").GetString(), files[0].GetProperty("FileName").GetString(), files[0].GetProperty("ContentType").GetString(), files[0].GetProperty("Length").GetInt32()));
        var path = files[0].GetProperty("Path").GetString()!;
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(path, Token));
        Assert.EndsWith("orders.csv", path);
        Assert.All(files.EnumerateArray(), f => Assert.StartsWith(Uploads, Path.GetFullPath(f.GetProperty("Path").GetString()!)));
        Assert.EndsWith("pass_wd", files[1].GetProperty("Path").GetString());
    }

    [Fact]
    public async Task A_body_of_any_other_type_is_one_file()
    {
        await using var test = await StartAsync(Of("file", "", Write("file")));
        using var content = new ByteArrayContent(new byte[300_000]);
        content.Headers.ContentType = new("application/octet-stream");
        content.Headers.ContentDisposition = new("attachment") { FileName = "data.bin" };

        var file = JsonDocument.Parse(Assert.Single(await HookStartTests.LinesAsync(test, await test.Client.PostAsync("/hooks/file", content, Token)))).RootElement;

        Assert.Equal(("data.bin", 300_000), (file.GetProperty("FileName").GetString(), file.GetProperty("Length").GetInt32()));
        Assert.Equal(300_000, new FileInfo(file.GetProperty("Path").GetString()!).Length);
    }

    [Theory]
    [InlineData(", \"fileSizeLimit\": 10", HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(", \"allowedFileExtensions\": [\".txt\", \"md\"]", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(", \"blockedFileExtensions\": [\"CSV\"]", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(", \"allowedMimeTypes\": [\"text/plain\"]", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(", \"requestSizeLimit\": 50", HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_file_that_is_not_accepted_is_refused_and_not_kept(string members, HttpStatusCode expected)
    {
        await using var test = await StartAsync(Of("strict", members));

        var response = await test.Client.PostAsync("/hooks/strict", Form(), Token);

        Assert.Equal(expected, response.StatusCode);
        await HookStartTests.NothingStartedAsync(test);
        Assert.Empty(Kept());
    }

    [Theory]
    [InlineData(", \"fileSizeLimit\": 10, \"exposeFileTooLargeOutcome\": true", "File too large")]
    [InlineData(", \"allowedFileExtensions\": [\".txt\"], \"exposeInvalidFileExtensionOutcome\": true", "Invalid file extension")]
    [InlineData(", \"allowedMimeTypes\": [\"text/plain\"], \"exposeInvalidFileMimeTypeOutcome\": true", "Invalid file MIME type")]
    [InlineData(", \"requestSizeLimit\": 50, \"exposeRequestTooLargeOutcome\": true", "Request too large")]
    public async Task Or_the_endpoint_leaves_by_an_outcome(string members, string outcome)
    {
        await using var test = await StartAsync($$"""
            { "definitionId": "flow", "name": "flow", "root": { "id": "f", "type": "Elsa.Flowchart", "activities": [
                { "id": "hook", "type": "Elsa.HttpEndpoint", "path": "flow", "supportedMethods": ["POST"], "customProperties": { "canStartWorkflow": true }{{members}} },
                {{Respond("\"wrong\"")}}, { "id": "other", "type": "Elsa.WriteHttpResponse", "statusCode": 418, "content": "told" }],
              "connections": [
                { "source": { "activity": "hook", "port": "Done" }, "target": { "activity": "respond" } },
                { "source": { "activity": "hook", "port": "{{outcome}}" }, "target": { "activity": "other" } }] } }
            """);

        var response = await test.Client.PostAsync("/hooks/flow", Form(), Token);

        Assert.Equal((418, "told"), ((int)response.StatusCode, await HookStartTests.BodyAsync(response)));
        Assert.Empty(Kept());
    }

    [Fact]
    public async Task A_file_of_a_repeated_request_is_not_kept_twice()
    {
        await using var test = await StartAsync(Of("repeat"));
        test.Client.DefaultRequestHeaders.Add("Idempotency-Key", "k");

        await test.Client.PostAsync("/hooks/repeat", Form(), Token);
        await test.Client.PostAsync("/hooks/repeat", Form(), Token);

        Assert.Single(Kept());
    }

    [Fact]
    public async Task Files_of_long_ago_are_deleted_with_the_next_upload()
    {
        var old = Directory.CreateDirectory(Path.Combine(Uploads, "2020-01-01", "x")).Parent!;
        await File.WriteAllTextAsync(Path.Combine(old.FullName, "x", "a.txt"), "old", Token);
        await using var test = await StartAsync(Of("sweep"));

        await test.Client.PostAsync("/hooks/sweep", Form(), Token);

        Assert.False(Directory.Exists(old.FullName));
        Assert.Single(Kept());
    }

    private string[] Kept() => Directory.Exists(Uploads) ? Directory.GetFiles(Uploads, "*", SearchOption.AllDirectories) : [];

    private static MultipartFormDataContent Form() => new() { { new ByteArrayContent(new byte[100]) { Headers = { ContentType = new("text/csv") } }, "data", "orders.csv" } };

    private async Task<TestServer> StartAsync(string workflow)
    {
        var test = await TestServer.StartAsync(folder: Path.Combine(_folder.Path, "data"));
        await test.PublishAsync(workflow);
        return test;
    }
}
