using System.Text.Json;
using Dag.Workflows.Definitions;
using Dag.Workflows.Composition;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;
using Dag.Workflows.Tests.Runs;

namespace Dag.Workflows.Tests.Scripts;

public sealed class DictionaryExpressionTests
{
    private static readonly object[] Variables = [ScriptFlow.Variable("N", "Int32", 1)];

    [Fact]
    public async Task Values_are_expressions_where_they_are_written_so_and_themselves_otherwise()
    {
        var named = await NamedAsync("""
            { "sum": { "type": "JavaScript", "value": "getN() + 1" }, "n": { "type": "Variable", "value": "N" },
              "who": { "type": "Input", "value": "Customer" }, "said": { "type": "Literal", "value": "as it is" }, "list": { "type": "Object", "value": "[1, \"2\"]" },
              "plain": [1, { "b": null }], "other": { "type": "person", "value": 3 }, "more": { "type": "Literal", "value": 1, "unit": "s" } }
            """);
        Assert.Equal(
            """{"sum":2,"n":1,"who":"acme","said":"as it is","list":[1,"2"],"plain":[1,{"b":null}],"other":{"type":"person","value":3},"more":{"type":"Literal","value":1,"unit":"s"}}""",
            JsonSerializer.Serialize(named));
    }

    [Fact]
    public async Task A_value_sees_what_the_one_before_has_set()
    {
        var named = await NamedAsync("""{ "first": { "type": "JavaScript", "value": "setN(7); 'set'" }, "second": { "type": "Variable", "value": "N" } }""");
        Assert.Equal("""{"first":"set","second":7}""", JsonSerializer.Serialize(named));
    }

    [Fact]
    public async Task What_has_no_value_is_named()
    {
        var run = await RunAsync("""{ "since": { "type": "Variable", "value": "Absent" } }""");
        Assert.Equal(("Failed to evaluate activity input 'Named'", "'since': Variable 'Absent' is not in scope."), (run.State.Incidents[0].Message, run.State.Incidents[0].Detail));
    }

    [Fact]
    public async Task A_script_that_cannot_be_compiled_is_found_before_the_workflow_is_published()
    {
        var definition = DefinitionReader.Read(Flow("""{ "since": { "type": "JavaScript", "value": "1 +" } }"""));
        var fault = Assert.Single(await GraphCompiler.ValidateAsync(definition, InMemoryRun.Catalog, WorkflowLinks.None, TestContext.Current.CancellationToken));
        Assert.StartsWith("Input 'Named.since' is no valid JavaScript", fault.Message, StringComparison.Ordinal);
    }

    private static string Flow(string named) =>
        ScriptFlow.Sequence(Variables, ScriptFlow.Activity("w", "Test.Work", ("named", new { expression = new { type = "Object", value = named } })));

    private static Task<InMemoryRun> RunAsync(string named) =>
        InMemoryRun.RunAsync(Flow(named), new Dictionary<string, object?> { ["Customer"] = "acme" });

    private static async Task<object?> NamedAsync(string named)
    {
        var run = await RunAsync(named);
        Assert.Empty(run.State.Incidents);
        return run.Events.OfType<WorkQueued>().Single().Inputs.Single(i => i.Key == "Named").Value;
    }
}
