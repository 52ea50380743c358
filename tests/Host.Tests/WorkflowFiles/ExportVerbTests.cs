using Dag.Host.Hosting;
using Dag.Host.Tests.Docs;
using Dag.Host.Tests.Web;
using Dag.Host.WorkflowFiles;

namespace Dag.Host.Tests.WorkflowFiles;

public sealed class ExportVerbTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Data => Path.Combine(_folder.Path, "data");

    private string Files => Path.Combine(_folder.Path, "files");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_exported_is_imported_without_a_new_version_and_exported_again_as_it_was()
    {
        string[] shipped = [.. Directory.GetFiles(Path.Combine(Repository.Root, "workflows-json"), "*.json").Where(f => !f.EndsWith(".schema.json", StringComparison.Ordinal))];
        await using (var test = await TestServer.StartAsync(folder: Data))
        {
            foreach (var file in shipped)
            {
                await test.PublishAsync(await File.ReadAllTextAsync(file, Token));
            }

            Assert.Equal(shipped.Length, (await ExportAsync(Data)).Count(l => l.Contains(": new, version 1", StringComparison.Ordinal)));
            Assert.All(await ExportAsync(Data), l => Assert.EndsWith(": unchanged", l, StringComparison.Ordinal));
        }

        // Here it makes no new version; there, where nothing was, it makes the first.
        var exported = Directory.GetFiles(Files).ToDictionary(f => Path.GetFileName(f)!, File.ReadAllText);
        Assert.Equal(shipped.Select(Path.GetFileName).Order(), exported.Keys.Order());
        foreach (var data in (string[])[Data, Path.Combine(_folder.Path, "elsewhere")])
        {
            await using var test = await TestServer.StartAsync(folder: data, configure: o => o with { WorkflowFolder = Files });
            Assert.All((await test.GetJsonAsync("/api/v1/workflows")).GetProperty("workflows").EnumerateArray(), w => Assert.Equal(1, w.GetProperty("version").GetInt32()));
            Assert.All(await ExportAsync(data, to: null), l => Assert.EndsWith(": unchanged", l, StringComparison.Ordinal));
            await ExportAsync(data, to: Path.Combine(_folder.Path, "again"));
            Assert.Equal(exported, Directory.GetFiles(Path.Combine(_folder.Path, "again")).ToDictionary(f => Path.GetFileName(f)!, File.ReadAllText));
        }
    }

    [Fact]
    public async Task A_folder_that_nobody_serves_is_exported_too_and_drafts_when_they_are_asked_for()
    {
        await using (var test = await TestServer.StartAsync(folder: Data))
        {
            await test.PublishAsync(FlowJson.Sequence("hello", FlowJson.WriteLine("w", "published")));
            await test.PostAsync("/elsa/api/workflow-definitions", $$"""{ "model": {{FlowJson.Sequence("hello", FlowJson.WriteLine("w", "draft"))}}, "publish": false }""");
        }

        Assert.Equal(["hello.json: new, version 1 of hello"], await ExportAsync(Data, ids: "hello"));
        Assert.Equal(["hello.json: changed, version 2 of hello"], await ExportAsync(Data, latest: true));
        Assert.Contains("\"draft\"", await File.ReadAllTextAsync(Path.Combine(Files, "hello.json"), Token), StringComparison.Ordinal);
        Assert.Contains("There is no workflow nobody", (await Assert.ThrowsAsync<UsageException>(() => ExportAsync(Data, latest: true, ids: "nobody"))).Message, StringComparison.Ordinal);
        Assert.Contains("--data", (await Assert.ThrowsAsync<UsageException>(() => ExportAsync(Files))).Message, StringComparison.Ordinal);
        Assert.Contains("--to", (await Assert.ThrowsAsync<UsageException>(() => ExportAsync(Data, to: null))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workflow_stays_in_its_file_whatever_that_is_called_and_nothing_else_is_written_over()
    {
        await using var test = await TestServer.StartAsync(folder: Data);
        await test.PublishAsync(FlowJson.Sequence("hello", FlowJson.WriteLine("w", "new")));
        await test.PublishAsync(FlowJson.Sequence("0123456789abcdef0123456789abcdef").Replace("\"name\": \"0123456789abcdef0123456789abcdef\"", "\"name\": \"Made in Studio\"", StringComparison.Ordinal));
        Directory.CreateDirectory(Path.Combine(Files, "team"));
        File.WriteAllText(Path.Combine(Files, "team", "greeting.json"), FlowJson.Sequence("hello"));
        Assert.Equal(["team/greeting.json: changed, version 1 of hello", "made-in-studio.json: new, version 1 of Made in Studio"], await ExportAsync(Data));

        await test.PublishAsync(FlowJson.Sequence("package"));
        await test.PublishAsync(FlowJson.Sequence("hello", FlowJson.WriteLine("w", "newer")));
        File.WriteAllText(Path.Combine(Files, "package.json"), """{ "private": true }""");
        Assert.Contains("package.json is no file of the workflow package", (await Assert.ThrowsAsync<UsageException>(() => ExportAsync(Data))).Message, StringComparison.Ordinal);
        Assert.Equal("""{ "private": true }""", File.ReadAllText(Path.Combine(Files, "package.json")));
        Assert.DoesNotContain("newer", File.ReadAllText(Path.Combine(Files, "team", "greeting.json")), StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(Files, "package.json"), FlowJson.Sequence("another"));
        Assert.Contains("package-package.json: new, version 1 of package", await ExportAsync(Data));
        File.WriteAllText(Path.Combine(Files, "twin.json"), FlowJson.Sequence("hello"));
        Assert.Contains("team/greeting.json and twin.json", (await Assert.ThrowsAsync<UsageException>(() => ExportAsync(Data))).Message, StringComparison.Ordinal);
    }

    private Task<IReadOnlyList<string>> ExportAsync(string data, bool latest = false, params string[] ids) => ExportAsync(data, Files, latest, ids);

    private static async Task<IReadOnlyList<string>> ExportAsync(string data, string? to, bool latest = false, params string[] ids)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(0, await ExportVerb.ExportAsync(data, ids, to, latest, output, Token));
        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
