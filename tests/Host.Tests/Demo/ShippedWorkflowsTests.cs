using Dag.Host.Demo;
using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Host.Tests.Demo;

/// <summary>Every workflow that is shipped can be published, and runs to its end.</summary>
public sealed class ShippedWorkflowsTests : IDisposable
{
    // What a run by hand is given; a workflow that needs nothing needs no line here.
    private static readonly Dictionary<string, Func<Dictionary<string, object?>>> Inputs = new()
    {
        ["retrain-on-new-data"] = () => new() { ["file"] = Path.Combine(DemoFiles.Flights(), "flights-2k.json") },
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("dag-shipped-").FullName;

    private static string Shipped => Path.GetDirectoryName(DemoFiles.Workflow())!;

    public static TheoryData<string> Names => [.. Directory.GetFiles(Shipped, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!).Order()];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_valid_and_runs_to_its_end(string name)
    {
        var definition = DefinitionReader.Read(await File.ReadAllBytesAsync(Path.Combine(Shipped, name + ".json"), TestContext.Current.CancellationToken));
        await using var node = await WorkingNode.StartAsync(_folder);
        Assert.Empty(GraphCompiler.Validate(definition, node.Services.GetRequiredService<ActivityCatalog>()));

        var report = await node.RunAsync(definition, Inputs.GetValueOrDefault(name)?.Invoke() ?? []);
        Assert.Equal(("Finished", 0), (report.SubStatus, report.Incidents.Count));
        Assert.DoesNotContain(report.Executions, e => e.Outcomes?.Contains("Failed") == true);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_opens_in_the_designer_with_a_place_and_a_name_for_each_activity(string name)
    {
        using var document = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Shipped, name + ".json")));
        var root = document.RootElement.GetProperty("root");
        if (root.GetProperty("type").GetString() != "Elsa.Flowchart")
        {
            return;
        }

        foreach (var activity in root.GetProperty("activities").EnumerateArray())
        {
            Assert.EndsWith(":" + activity.GetProperty("id").GetString(), activity.GetProperty("nodeId").GetString());
            var metadata = activity.GetProperty("metadata");
            Assert.NotEqual("", metadata.GetProperty("displayText").GetString());
            Assert.True(metadata.GetProperty("designer").GetProperty("position").GetProperty("x").GetDouble() >= 0);
        }
    }
}
