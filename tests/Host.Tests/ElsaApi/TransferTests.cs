using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Dag.Host.Tests.Web;

namespace Dag.Host.Tests.ElsaApi;

/// <summary>Definitions and runs on their way from one service to another.</summary>
public sealed class TransferTests
{
    private const string Definitions = "/elsa/api/workflow-definitions";
    private const string ImportRuns = "/elsa/api/bulk-actions/import/workflow-instances";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_exported_run_is_shown_by_another_service_as_by_its_own()
    {
        await using var from = await TestServer.StartAsync();
        await from.PublishAsync(FlowJson.Of(
            "moved", """ "inputs": [ { "name": "Who", "type": "String" } ] """, FlowJson.WriteInput("a", "Who"), FlowJson.Fault("x", "it broke")));
        var run = await from.StartRunAsync("moved", $$"""{ "input": { "who": "{{new string('w', 50_000)}}" } }""");
        await from.WaitAsync(run, "Faulted");
        var exported = await from.Client.GetByteArrayAsync($"/elsa/api/workflow-instances/{run}/export", Token);

        await using var to = await TestServer.StartAsync();
        Assert.Equal(1, await ImportAsync(to, ImportRuns, "run.json", exported, "imported"));
        Assert.Equal(0, await ImportAsync(to, ImportRuns, "run.json", exported, "imported"));

        foreach (var path in (string[])[$"/elsa/api/workflow-instances/{run}", $"/elsa/api/workflow-instances/{run}/journal", $"/elsa/api/activity-executions/by-id?id={run}:3", $"/api/v1/runs/{run}"])
        {
            Assert.Equal((await from.GetJsonAsync(path)).GetRawText(), (await to.GetJsonAsync(path)).GetRawText());
        }

        // Its definition is not there, but the version that ran is, and the list of runs finds it.
        var version = (await to.GetJsonAsync($"/elsa/api/workflow-instances/{run}")).GetProperty("definitionVersionId").GetString();
        Assert.Equal("moved", (await to.GetJsonAsync($"{Definitions}/by-id/{version}")).GetProperty("name").GetString());
        Assert.Equal(1, (await to.GetJsonAsync($"{Definitions}?Ids={version}")).GetProperty("totalCount").GetInt32());
    }

    [Fact]
    public async Task A_run_that_goes_on_or_is_damaged_is_not_imported()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(FlowJson.Sequence("waiting", FlowJson.Event("e", "Go")));
        var run = await test.StartRunAsync("waiting");
        await test.WaitAsync(run, "Suspended");
        var exported = await test.Client.GetStringAsync($"/elsa/api/workflow-instances/{run}/export", Token);

        foreach (var bad in (string[])
        [
            exported.Replace(run, "another", StringComparison.Ordinal), "{}", "[", "5", exported.Replace(run, "another", StringComparison.Ordinal).Replace("\"t\":\"run\"", "\"t\":\"odd\"", StringComparison.Ordinal),
            """{"format":"dag-run/1","runId":"x","history":[{"t":"run","at":1}],"content":{"ab":"AAAA"}}""", """{"format":"dag-run/1","runId":"x","history":[{"t":"done","x":9}]}""",
        ])
        {
            using var form = Form("run.json", Encoding.UTF8.GetBytes(bad));
            using var response = await SendAsync(test, ImportRuns, form);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains("run.json", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }

        Assert.Equal(1, (await test.GetJsonAsync("/api/v1/runs")).GetProperty("totalCount").GetInt32());
    }

    [Fact]
    public async Task Exported_definitions_are_imported_from_an_archive_and_stay_the_same()
    {
        await using var from = await TestServer.StartAsync();
        await from.PublishAsync(FlowJson.Of("one", """ "acme": { "kept": true } """, FlowJson.WriteLine("a", "hello")));
        await from.PublishAsync(FlowJson.Sequence("two", FlowJson.WriteLine("a", "hello")));
        var ids = (await from.GetJsonAsync($"{Definitions}?versionOptions=Latest")).GetProperty("items").EnumerateArray().Select(d => d.GetProperty("id").GetString());
        var response = await from.PostAsync("/elsa/api/bulk-actions/export/workflow-definitions", JsonSerializer.Serialize(new { ids }));
        var archive = await response.Content.ReadAsByteArrayAsync(Token);

        await using var to = await TestServer.StartAsync();
        Assert.Equal(2, await ImportAsync(to, $"{Definitions}/import-files", "all.zip", archive, "count"));
        var (before, after) = (await from.GetJsonAsync($"{Definitions}/one/export"), await to.GetJsonAsync($"{Definitions}/one/export"));
        Assert.Equal("""{"kept":true}""", JsonSerializer.Serialize(after.GetProperty("acme")));
        Assert.Equal(JsonSerializer.Serialize(before.GetProperty("root")), JsonSerializer.Serialize(after.GetProperty("root")));
        Assert.False(after.GetProperty("isPublished").GetBoolean());
    }

    [Fact]
    public async Task Of_files_with_one_that_is_bad_none_is_imported_and_the_bad_one_is_named()
    {
        await using var test = await TestServer.StartAsync();
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in ((string, string)[])[("good.json", FlowJson.Sequence("good")), ("bad.json", "{ no json"), ("__MACOSX/good.json", "x"), ("notes.txt", "x")])
            {
                await using var entry = archive.CreateEntry(name).Open();
                await entry.WriteAsync(Encoding.UTF8.GetBytes(text), Token);
            }
        }

        using var form = Form("all.zip", zip.ToArray());
        using var response = await SendAsync(test, $"{Definitions}/import-files", form);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("all.zip/bad.json", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(0, (await test.GetJsonAsync($"{Definitions}?versionOptions=Latest")).GetProperty("totalCount").GetInt32());
        Assert.Equal(HttpStatusCode.BadRequest, (await test.PostAsync($"{Definitions}/import-files", "{}")).StatusCode);
        using var broken = Form("broken.zip", "PK is not enough"u8.ToArray());
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(test, $"{Definitions}/import-files", broken)).StatusCode);
    }

    [Fact]
    public async Task The_version_that_ran_stays_readable_after_its_workflow_is_deleted()
    {
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(FlowJson.Sequence("gone", FlowJson.WriteLine("a", "hello")));
        var run = await test.StartRunAsync("gone");
        await test.WaitAsync(run, "Finished");
        (await test.Client.DeleteAsync($"{Definitions}/gone", Token)).EnsureSuccessStatusCode();

        var version = (await test.GetJsonAsync($"/elsa/api/workflow-instances/{run}")).GetProperty("definitionVersionId").GetString();
        Assert.Equal("Workflow1:seq", (await test.GetJsonAsync($"{Definitions}/by-id/{version}")).GetProperty("root").GetProperty("nodeId").GetString());
        (await test.Client.DeleteAsync($"/elsa/api/workflow-instances/{run}", Token)).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.NotFound, (await test.Client.GetAsync($"{Definitions}/by-id/{version}", Token)).StatusCode);
    }

    private static async Task<int> ImportAsync(TestServer test, string path, string name, byte[] content, string member)
    {
        using var form = Form(name, content);
        using var response = await SendAsync(test, path, form);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Token));
        return (await TestServer.JsonAsync(response)).GetProperty(member).GetInt32();
    }

    // As a browser sends it from a page of the service.
    private static async Task<HttpResponseMessage> SendAsync(TestServer test, string path, MultipartFormDataContent form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        return await test.Client.SendAsync(request, Token);
    }

    private static MultipartFormDataContent Form(string name, byte[] content)
    {
        var part = new ByteArrayContent(content);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return new MultipartFormDataContent { { part, "files", name } };
    }
}
