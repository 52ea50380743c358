using System.Text.Json.Nodes;
using Dag.Activities.Lake;
using Dag.Activities.Models;
using Dag.Host.Demo;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Host.Tests.Demo;

public sealed class RetrainOnNewDataTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dag-demo-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Each_file_that_arrives_makes_versions_moves_the_champion_only_if_better_and_is_told()
    {
        await using var receiver = await MessageReceiver.StartAsync();
        await using var node = await WorkingNode.StartAsync(_folder);
        await node.PublishAsync(WorkflowTo(receiver.Address));

        await ArriveAsync(node, receiver, "flights-2k.json");
        await ArriveAsync(node, receiver, "flights-5k.json");

        // A file that is none changes nothing, and that is told as well.
        Drop("broken.json", path => File.WriteAllText(path, "[{\"date\": \"2001/01/01 00:47\", \"delay\": 1"));
        var report = await node.NextAsync();
        Assert.Equal("Finished", report.SubStatus);
        Assert.Equal(["Failed"], report.Executions.Single(e => e.ActivityId == "convert").Outcomes);
        Assert.Equal(3, receiver.Messages.Count);
        Assert.Contains("broken.json changed nothing", receiver.Messages.Last());

        var lake = await node.Services.GetRequiredService<DataLake>().ListVersionsAsync("flights", 10, CancellationToken.None);
        Assert.Equal([(2, 7000L), (1, 2000L)], lake.Select(v => (v.Version, v.Rows)));
        Assert.All(lake, v => Assert.Equal(
            ["date TIMESTAMP", "delay DOUBLE", "distance DOUBLE", "origin VARCHAR", "destination VARCHAR"], v.Columns.Select(c => $"{c.Name} {c.Type}")));
        var registry = node.Services.GetRequiredService<ModelRegistry>();
        Assert.Equal(
            [(2, "flights@2"), (1, "flights@1")],
            (await registry.ListVersionsAsync("flights-delay", 10, CancellationToken.None)).Select(v => (v.Version, v.Dataset.ToString())));
    }

    [Fact]
    public async Task Batches_of_different_formats_end_in_one_schema()
    {
        await using var node = await WorkingNode.StartAsync(_folder);
        await node.PublishAsync(await File.ReadAllTextAsync(DemoFiles.Workflow(), TestContext.Current.CancellationToken));
        var batches = DemoFiles.Batches(node.Services.GetRequiredService<Activities.DuckDb.DuckDbEngine>());
        Assert.Equal(["flights-2k.json", "flights-20k.json", "flights-200k.parquet"], batches.Select(b => b.Name));

        // The first and the last, as the middle one is like the first.
        foreach (var batch in new[] { batches[0], batches[2] })
        {
            batch.PutInto(DemoFolder.InboxOf(_folder));
            Assert.Equal("Finished", (await node.NextAsync()).SubStatus);
        }

        var lake = node.Services.GetRequiredService<DataLake>();
        var version = (await lake.FindAsync(new DatasetReference("flights"), CancellationToken.None))!;
        Assert.Equal((2, 202_000L, 200_000L), (version.Version, version.Rows, version.AddedRows));
        using var connection = node.Services.GetRequiredService<Activities.DuckDb.DuckDbEngine>().Open();
        var files = Path.Combine(lake.FolderOf(version), "*.parquet");
        Assert.Equal("2001-01-01 to 2001-06-30", connection.Scalar(
            $"SELECT strftime(min(date), '%Y-%m-%d') || ' to ' || strftime(max(date), '%Y-%m-%d') FROM read_parquet('{files}')"));
    }

    private async Task ArriveAsync(WorkingNode node, MessageReceiver receiver, string file)
    {
        var registry = node.Services.GetRequiredService<ModelRegistry>();
        var before = await registry.FindAliasAsync("flights-delay", ModelRegistry.Champion, CancellationToken.None);
        var told = receiver.Messages.Count;
        Drop(file, path => File.Copy(Path.Combine(DemoFiles.Flights(), file), path));

        var report = await node.NextAsync();
        Assert.Equal(("Finished", 0), (report.SubStatus, report.Incidents.Count));
        var outputs = report.Executions.Single(e => e.ActivityId == "promote").Outputs;
        var version = Convert.ToInt32(report.Executions.Single(e => e.ActivityId == "train").Outputs["VersionNumber"], null);
        var better = Convert.ToDouble(outputs["Improvement"], null) > 0;
        Assert.Equal(
            better ? version : before, await registry.FindAliasAsync("flights-delay", ModelRegistry.Champion, CancellationToken.None));
        Assert.Equal(told + 1, receiver.Messages.Count);
        var message = receiver.Messages.Last();
        Assert.Contains(better ? $"flights-delay@{version} is the new champion: rmse " : $"of flights-delay@{version} on ", message);
        Assert.Contains("held-out rows", message);
    }

    private void Drop(string name, Action<string> write) => new DemoBatch(name, "", write).PutInto(DemoFolder.InboxOf(_folder));

    // As it is shipped, but for where its messages go.
    private static string WorkflowTo(string address)
    {
        var workflow = JsonNode.Parse(File.ReadAllText(DemoFiles.Workflow()))!;
        foreach (var notify in workflow["root"]!["activities"]!.AsArray().Where(a => (string?)a!["type"] == "Dag.Notify"))
        {
            notify!["channel"]!["expression"]!["value"] = "webhook";
            notify["url"] = new JsonObject
            {
                ["typeName"] = "String",
                ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = address },
            };
        }

        return workflow.ToJsonString();
    }
}
