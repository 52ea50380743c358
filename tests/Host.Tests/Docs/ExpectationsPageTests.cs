using System.Text.Json;
using System.Text.Json.Nodes;
using Dag.Host.Tests.Cli;

namespace Dag.Host.Tests.Docs;

/// <summary>The list of docs/expectations.md, and what docs/designing-a-dag.md tells people to type, are expectations.</summary>
public sealed class ExpectationsPageTests : IDisposable
{
    private static readonly MarkdownFile Page = MarkdownFile.Read("docs/expectations.md");
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("C1,9.50,EUR,2026-11-01,2026-11-03", "Passed")]
    [InlineData("C1,9.50,GBP,2026-11-01,2026-11-03", "Failed")]
    [InlineData("C1,0.50,CHF,2026-11-01,2026-11-03", "Failed")]
    public async Task Every_check_is_made(string row, string outcome)
    {
        Assert.Equal(11, JsonNode.Parse(Page.BlockOf("json"))!.AsArray().Select(e => e!["check"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal(outcome, await OutcomeAsync(Page.BlockOf("json"), row));
    }

    [Fact]
    public async Task The_guide_s_expectations_can_be_typed()
    {
        var typed = Repository.Read("docs/designing-a-dag.md").Split('`').Single(t => t.StartsWith("[{", StringComparison.Ordinal));
        Assert.Equal("Passed", await OutcomeAsync(typed, "C1,9.50,EUR,2026-11-01,2026-11-03"));
    }

    private async Task<string> OutcomeAsync(string expectations, string row)
    {
        _folder.Write("orders.csv", $"id,customer,amount,currency,ordered,delivered\n1,{row}\n");
        _folder.Write("check.json", FlowJson.Sequence(
            "check",
            """{ "type": "Dag.ConvertToParquet", "id": "convert", "source": "orders.csv", "dataset": "orders" }""",
            $$"""{ "type": "Dag.CheckDataset", "id": "check", "dataset": "orders", "expectations": {{JsonSerializer.Serialize(expectations)}} }"""));
        var run = await DagProcess.RunInAsync(_folder.Path, "run", "check.json", "--json");
        Assert.True(run.Exit == 0, run.Output + run.Errors);
        return JsonNode.Parse(run.Output)!["executions"]!.AsArray().Single(e => e!["activityId"]!.GetValue<string>() == "check")!["outputs"]!["Outcome"]!.GetValue<string>();
    }
}
