using Dag.Activities.Lake;
using Dag.Host.Tests.Demo;
using Dag.Host.Tests.Web;
using Dag.Workflows.Definitions;
using Dag.Workflows.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Dag.Host.Tests.Quality;

/// <summary>A file is converted and checked, and the run goes on by what was found.</summary>
public sealed class CheckInAWorkflowTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dag-check-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("id,price\n1,2.5\n2,3\n", "Passed")]
    [InlineData("id,price\n1,2.5\n2,-3\n", "Warned")]
    [InlineData("id,price\n1,2.5\n1,3\n", "Failed")]
    public async Task The_run_leaves_by_what_the_check_found(string csv, string outcome)
    {
        await using var node = await WorkingNode.StartAsync(_folder);

        var report = await RunAsync(node, csv, """[{"check": "unique", "column": "id"}, {"check": "between", "column": "price", "min": 0, "severity": "warn"}]""");

        var check = report.Executions.Single(e => e.ActivityId == "check");
        Assert.Equal([outcome], check.Outcomes);
        Assert.Equal(outcome == "Failed" ? "orders@1 failed its checks. Id unique: 2 of 2 rows fail (100%), expected unique values." : null, check.Outputs["Error"] as string, ignoreCase: true);
        Assert.Equal(outcome == "Failed", check.Outputs["Result"] is null);
        Assert.Equal([outcome], report.Executions.Where(e => e.ActivityId.StartsWith("by-", StringComparison.Ordinal)).Select(e => e.ActivityId[3..]));
        Assert.Equal(("Finished", 0), (report.SubStatus, report.Incidents.Count));
        var lake = node.Services.GetRequiredService<DataLake>();
        Assert.Equal(2, (await lake.GetAsync(new DatasetReference("orders"), CancellationToken.None)).Rows);
    }

    [Fact]
    public async Task A_fault_of_the_expectations_leaves_by_Failed_and_says_why()
    {
        await using var node = await WorkingNode.StartAsync(_folder);

        var report = await RunAsync(node, "id,price\n1,2.5\n", """[{"check": "notNull", "column": "pric"}]""");

        var check = report.Executions.Single(e => e.ActivityId == "check");
        Assert.Equal(["Failed"], check.Outcomes);
        Assert.Contains("orders@1 has no column 'pric'. Did you mean 'price'?", (string)check.Outputs["Error"]!);
    }

    [Fact]
    public async Task What_was_found_can_be_asked_for_over_the_API()
    {
        var file = Path.Combine(_folder, "orders.csv");
        await File.WriteAllTextAsync(file, "id,price\n1,2.5\n1,3\n");
        await using var test = await TestServer.StartAsync();
        await test.PublishAsync(Workflow(file, """[{"check": "unique", "column": "id", "name": "ids"}]"""));
        await test.WaitAsync(await test.StartRunAsync("check"), "Finished");

        var report = Assert.Single((await test.GetJsonAsync("/api/v1/datasets/orders/versions/1/checks")).EnumerateArray());

        Assert.Equal("Failed", report.GetProperty("outcome").GetString());
        Assert.Equal("Failed", report.GetProperty("results")[0].GetProperty("status").GetString());
        Assert.Equal(["2.5", "3.0"], report.GetProperty("samples").GetProperty("ids").EnumerateArray().Select(r => r.GetProperty("price").GetString()));
    }

    private async Task<RunReport> RunAsync(WorkingNode node, string csv, string expectations)
    {
        var file = Path.Combine(_folder, "orders.csv");
        await File.WriteAllTextAsync(file, csv);
        return await node.RunAsync(DefinitionReader.Read(Workflow(file, expectations)), new Dictionary<string, object?>());
    }

    private static string Workflow(string file, string expectations) =>
        $$"""
        { "definitionId": "check", "name": "check", "version": 1,
          "variables": [{ "id": "v", "name": "dataset", "typeName": "Object" }],
          "root": { "id": "flow", "type": "Elsa.Flowchart",
            "activities": [
              { "id": "convert", "type": "Dag.ConvertToParquet", "source": {{Literal(file)}}, "dataset": {{Literal("orders")}},
                "result": { "typeName": "Object", "memoryReference": { "id": "v" } } },
              { "id": "check", "type": "Dag.CheckDataset",
                "dataset": { "typeName": "Object", "expression": { "type": "Variable", "value": { "id": "v", "name": "dataset" } } },
                "expectations": { "typeName": "Object", "expression": { "type": "Object", "value": {{System.Text.Json.JsonSerializer.Serialize(expectations)}} } } },
              {{FlowJson.WriteLine("by-Passed", "")}}, {{FlowJson.WriteLine("by-Warned", "")}}, {{FlowJson.WriteLine("by-Failed", "")}} ],
            "connections": [ {{Connection("convert", "Done", "check")}}, {{Connection("check", "Passed", "by-Passed")}},
              {{Connection("check", "Warned", "by-Warned")}}, {{Connection("check", "Failed", "by-Failed")}} ] } }
        """;

    private static string Literal(string value) =>
        $$"""{ "typeName": "String", "expression": { "type": "Literal", "value": {{System.Text.Json.JsonSerializer.Serialize(value)}} } }""";

    private static string Connection(string source, string port, string target) =>
        $$"""{ "source": { "activity": "{{source}}", "port": "{{port}}" }, "target": { "activity": "{{target}}", "port": "In" } }""";
}
