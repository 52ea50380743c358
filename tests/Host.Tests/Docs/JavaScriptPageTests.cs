using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Dag.Host.ElsaApi.Scripting;
using Dag.Host.Tests.Cli;
using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;

namespace Dag.Host.Tests.Docs;

/// <summary>What docs/javascript.md says that scripts find, they find; and the other way round.</summary>
public sealed partial class JavaScriptPageTests : IDisposable
{
    private static readonly MarkdownFile Page = MarkdownFile.Read("docs/javascript.md");
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_script_does_what_it_shows()
    {
        var report = await RunAsync(Page.BlockOf("js"));
        Assert.Equal("""{"id":17,"paid":false}""", ResultOf(report));
        Assert.Equal("120 due 2026-12-01T10:00:00Z", report["lines"]!.AsArray().Single()!.GetValue<string>());
    }

    [Fact]
    public async Task The_functions_that_are_named_are_there_and_those_that_Studio_offers_are_named()
    {
        var page = Repository.Read("docs/javascript.md");
        var named = Call().Matches(page[page.IndexOf("| what |", StringComparison.Ordinal)..]).Select(m => m.Groups[1].Value).Distinct().ToList();
        Assert.True(named.Count > 30);
        var missing = string.Join(", ", named.Select(n => $"typeof {n} === 'function' ? '' : '{n}'"));
        Assert.Equal("[]", ResultOf(await RunAsync($"return [{missing}].filter(name => name)")));

        var none = DefinitionReader.Read("""{ "name": "none" }""");
        var offered = Declared().Matches(TypeDefinitions.Of(none, new ActivityCatalog([]), choosesOutcome: true)).Select(m => m.Groups[1].Value);
        Assert.All(offered, o => Assert.Contains($"`{o}", page, StringComparison.Ordinal));
    }

    private static string ResultOf(JsonNode report) =>
        report["executions"]!.AsArray().Single(e => e!["activityId"]!.GetValue<string>() == "convert")!["outputs"]!["Result"]!.ToJsonString();

    private async Task<JsonNode> RunAsync(string script)
    {
        _folder.Write("script.json", $$"""
            {
              "definitionId": "script", "name": "script", "inputs": [{ "name": "Order", "type": "Object" }],
              "variables": [{ "id": "t", "name": "total", "typeName": "Decimal" }, { "id": "d", "name": "due", "typeName": "DateTimeOffset" }],
              "root": { "type": "Elsa.Flowchart", "id": "flow", "activities": [
                { "type": "Elsa.RunJavaScript", "id": "convert", "script": {{JsonSerializer.Serialize(script)}} },
                { "type": "Elsa.WriteLine", "id": "large", "text": { "expression": { "type": "JavaScript", "value": "`${getTotal()} due ${JSON.parse(toJson(getDue()))}`" } } }
              ], "connections": [{ "source": { "activity": "convert", "port": "Large" }, "target": { "activity": "large", "port": "In" } }] }
            }
            """);
        const string Order = """{"id": 17, "at": "2026-11-01T10:00:00Z", "lines": [{"price": 50, "count": 2}, {"price": 20, "count": 1}]}""";
        var run = await DagProcess.RunInAsync(_folder.Path, "run", "script.json", "--json", "--input", $"Order={Order}");
        Assert.True(run.Exit == 0, run.Output + run.Errors);
        return JsonNode.Parse(run.Output)!;
    }

    [GeneratedRegex(@"`((?:get|set|new|is|to|parse|bytes|string|stream)[A-Za-z0-9]*)\(")]
    private static partial Regex Call();

    [GeneratedRegex(@"^declare (?:function|class) ([A-Za-z]+)", RegexOptions.Multiline)]
    private static partial Regex Declared();
}
