using System.Text.Json;
using System.Text.Json.Nodes;
using Dag.Host.Hosting;
using Dag.Host.Tests.Web;
using Dag.Host.Web;
using Dag.Host.WorkflowFiles;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Host.Tests.WorkflowFiles;

public sealed class WorkflowFolderTests : IDisposable
{
    private const string Definitions = "/elsa/api/workflow-definitions";
    private const string Usable = "\"options\": { \"usableAsActivity\": true }";
    private readonly TempFolder _files = new();
    private readonly TempFolder _data = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _files.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task Files_are_imported_before_the_service_is_ready_and_a_changed_one_becomes_a_new_version()
    {
        _files.Write("hello.json", Hello("one"));
        Directory.CreateDirectory(Path.Combine(_files.Path, "team"));
        _files.Write("team/other.json", FlowJson.Sequence("other"));
        await using var test = await StartAsync();
        Assert.Equal([("hello", 1), ("other", 1)], await PublishedAsync(test));

        _files.Write("hello.json", Hello("two"));
        var published = await UntilAsync(() => PublishedAsync(test), p => p[0].Version == 2);
        Assert.Equal(("other", 1), published[1]);
        await UntilAsync(() => FilesAsync(test), files => files.All(f => f.State == "InForce"));
        Assert.Contains("two", await test.Client.GetStringAsync("/api/v1/workflows/hello", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_says_the_same_in_other_words_makes_no_version_and_neither_does_a_restart()
    {
        _files.Write("hello.json", Hello("one"));
        await using (var test = await StartAsync())
        {
            _files.Write("hello.json", "// reviewed\n" + JsonNode.Parse(Hello("one"))!.ToJsonString().Replace("\"version\":1", "\"version\":7", StringComparison.Ordinal));
            File.Move(Path.Combine(_files.Path, "hello.json"), Path.Combine(_files.Path, "renamed.json"));
            await LookAsync(test);
            Assert.Equal([("hello", 1)], await PublishedAsync(test));
        }

        await using var again = await StartAsync();
        Assert.Equal([("hello", 1)], await PublishedAsync(again));
        Assert.Equal([("renamed.json", "InForce")], (await FilesAsync(again)).Select(f => (f.File, f.State)));
    }

    [Fact]
    public async Task A_bad_file_is_named_with_node_and_fix_and_stops_neither_the_service_nor_the_others()
    {
        _files.Write("hello.json", Hello("one"));
        await using var test = await StartAsync();

        _files.Write("hello.json", FlowJson.Sequence("hello", """{ "id": "w", "type": "Acme.Nope" }"""));
        _files.Write("broken.json", "{ \"definitionId\": ");
        _files.Write("nameless.json", """{ "root": { "id": "w", "type": "Elsa.WriteLine" } }""");
        _files.Write("zebra.json", FlowJson.Sequence("zebra"));
        await LookAsync(test);

        Assert.Equal([("hello", 1), ("zebra", 1)], await PublishedAsync(test));
        var listed = (await test.GetJsonAsync("/api/v1/workflow-files")).GetProperty("files").EnumerateArray().ToDictionary(f => f.GetProperty("file").GetString()!);
        Assert.Equal("Refused", listed["broken.json"].GetProperty("state").GetString());
        Assert.StartsWith("line 1", listed["broken.json"].GetProperty("faults")[0].GetProperty("node").GetString(), StringComparison.Ordinal);
        Assert.Equal("definitionId", listed["nameless.json"].GetProperty("faults")[0].GetProperty("node").GetString());
        var fault = listed["hello.json"].GetProperty("faults")[0];
        Assert.Equal("Workflow1:seq:w", fault.GetProperty("node").GetString());
        Assert.Contains("Acme.Nope", fault.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(fault.GetProperty("fix").GetString()!);
        var health = await test.GetJsonAsync("/health");
        Assert.Equal(("ready", 4, 3), (health.GetProperty("status").GetString(), Number(health, "files"), Number(health, "refused")));

        _files.Write("hello.json", Hello("two"));
        await LookAsync(test);
        Assert.Equal([("hello", 2), ("zebra", 1)], await PublishedAsync(test));

        static int Number(JsonElement health, string name) => health.GetProperty("workflowFiles").GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task Of_two_files_with_one_id_none_is_imported_and_each_names_the_other()
    {
        _files.Write("a.json", Hello("one"));
        await using var test = await StartAsync();
        _files.Write("b.json", Hello("two"));
        await LookAsync(test);

        Assert.Equal([("hello", 1)], await PublishedAsync(test));
        var faults = test.Server.Services.GetRequiredService<WorkflowFolder>().Report!.Files.Select(f => f.Faults.Single().Message).ToList();
        Assert.Contains("b.json", faults[0], StringComparison.Ordinal);
        Assert.Contains("a.json", faults[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workflows_that_others_use_are_imported_first_and_circles_are_refused()
    {
        _files.Write("a.json", FlowJson.Sequence("a", """{ "id": "b", "type": "B" }"""));
        _files.Write("b.json", FlowJson.Of("b", Usable, """{ "id": "c", "type": "C" }"""));
        _files.Write("c.json", FlowJson.Of("c", Usable, FlowJson.WriteLine("w", "deep")));
        await using var test = await StartAsync();
        Assert.Equal([("a", 1), ("b", 1), ("c", 1)], await PublishedAsync(test));

        _files.Write("c.json", FlowJson.Of("c", Usable, """{ "id": "b", "type": "B" }"""));
        await LookAsync(test);
        Assert.Equal([("a", 1), ("b", 1), ("c", 1)], await PublishedAsync(test));
        var fault = test.Server.Services.GetRequiredService<WorkflowFolder>().Report!.Files.Single(f => f.Path == "c.json").Faults.Single();
        Assert.Contains("c → b → c", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_made_in_Studio_is_not_undone_by_a_restart_and_never_lost()
    {
        _files.Write("hello.json", Hello("one"));
        await using (var test = await StartAsync())
        {
            await SaveInStudioAsync(test, "published in Studio", publish: true);
            await SaveInStudioAsync(test, "a draft", publish: false);
            await LookAsync(test);
            Assert.Equal("ChangedHere", (await FilesAsync(test)).Single().State);
        }

        await using var again = await StartAsync();
        Assert.Equal([("hello", 2)], await PublishedAsync(again));
        Assert.Equal(3, (await again.GetJsonAsync($"{Definitions}/by-definition-id/hello?versionOptions=Latest")).GetProperty("version").GetInt32());

        // The file changes: it is in force, and the draft is in the history.
        _files.Write("hello.json", Hello("reviewed"));
        await LookAsync(again);
        Assert.Equal([("hello", 4)], await PublishedAsync(again));
        Assert.Contains("a draft", await again.Client.GetStringAsync($"{Definitions}/by-definition-id/hello?versionOptions=3", Token), StringComparison.Ordinal);
        Assert.Equal("InForce", (await FilesAsync(again)).Single().State);
    }

    [Fact]
    public async Task A_workflow_that_is_deleted_here_or_whose_file_has_gone_stays_as_it_is()
    {
        _files.Write("hello.json", Hello("one"));
        _files.Write("other.json", FlowJson.Sequence("other"));
        await using (var test = await StartAsync())
        {
            (await test.Client.DeleteAsync($"{Definitions}/hello", Token)).EnsureSuccessStatusCode();
            File.Delete(Path.Combine(_files.Path, "other.json"));
            await LookAsync(test);
        }

        await using var again = await StartAsync();
        Assert.Equal([("other", 1)], await PublishedAsync(again));
        Assert.Equal([("hello.json", "Deleted")], (await FilesAsync(again)).Select(f => (f.File, f.State)));
        _files.Write("hello.json", Hello("back"));
        await LookAsync(again);
        Assert.Equal([("hello", 1), ("other", 1)], await PublishedAsync(again));
    }

    [Fact]
    public async Task A_file_behind_a_link_is_imported_when_the_link_leads_elsewhere()
    {
        // As Kubernetes mounts files.
        foreach (var version in (string[])["one", "two"])
        {
            Directory.CreateDirectory(Path.Combine(_files.Path, $"..{version}"));
            _files.Write($"..{version}/hello.json", Hello(version));
        }

        File.CreateSymbolicLink(Path.Combine(_files.Path, "hello.json"), "..data/hello.json");
        Directory.CreateSymbolicLink(Path.Combine(_files.Path, "..data"), "..one");
        await using var test = await StartAsync();
        Assert.Equal([("hello", 1)], await PublishedAsync(test));

        Directory.Delete(Path.Combine(_files.Path, "..data"));
        Directory.CreateSymbolicLink(Path.Combine(_files.Path, "..data"), "..two");
        await LookAsync(test);
        Assert.Equal([("hello", 2)], await PublishedAsync(test));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_refused_at_start_and_one_that_goes_leaves_all_as_it_is()
    {
        var missing = Path.Combine(_files.Path, "missing");
        var refused = await Assert.ThrowsAsync<UsageException>(() => DagServer.StartAsync(
            new DagHostOptions { DataFolder = _data.Path, WorkflowFolder = missing }, new WebOptions { Urls = ["http://127.0.0.1:0"] }, Token));
        Assert.Contains("--workflows", refused.Message, StringComparison.Ordinal);

        Directory.CreateDirectory(missing);
        File.WriteAllText(Path.Combine(missing, "hello.json"), Hello("one"));
        await using var test = await StartAsync(missing);
        Directory.Delete(missing, recursive: true);
        await LookAsync(test);
        Assert.Equal([("hello", 1)], await PublishedAsync(test));
        Assert.Contains(missing, (await test.GetJsonAsync("/api/v1/workflow-files")).GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    private static string Hello(string text) => FlowJson.Sequence("hello", FlowJson.WriteLine("w", text));

    private Task<TestServer> StartAsync(string? folder = null) =>
        TestServer.StartAsync(folder: _data.Path, configure: o => o with { WorkflowFolder = folder ?? _files.Path });

    private static Task LookAsync(TestServer test) => test.Server.Services.GetRequiredService<WorkflowFolder>().LookAsync(Token);

    private static async Task<IReadOnlyList<(string Id, int Version)>> PublishedAsync(TestServer test) =>
    [
        .. (await test.GetJsonAsync("/api/v1/workflows")).GetProperty("workflows").EnumerateArray()
            .Select(w => (w.GetProperty("definitionId").GetString()!, w.GetProperty("version").GetInt32())),
    ];

    private static async Task<IReadOnlyList<(string File, string State)>> FilesAsync(TestServer test) =>
    [
        .. (await test.GetJsonAsync("/api/v1/workflow-files")).GetProperty("files").EnumerateArray()
            .Select(f => (f.GetProperty("file").GetString()!, f.GetProperty("state").GetString()!)),
    ];

    private static async Task SaveInStudioAsync(TestServer test, string text, bool publish)
    {
        var opened = JsonNode.Parse(await test.Client.GetStringAsync($"{Definitions}/by-definition-id/hello?versionOptions=Latest", Token))!;
        opened["root"]!["activities"]![0]!["text"]!["expression"]!["value"] = text;
        var response = await test.PostAsync(Definitions, new JsonObject { ["model"] = opened, ["publish"] = publish }.ToJsonString());
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Token));
    }

    private static async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> isSo)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        T value;
        while (!isSo(value = await read()))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }

        return value;
    }
}
