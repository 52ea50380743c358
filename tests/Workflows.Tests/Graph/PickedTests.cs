using System.Text.Json;
using Dag.Workflows.Tests.Runs;

namespace Dag.Workflows.Tests.Graph;

/// <summary>Variables and inputs as Studio's pickers store them.</summary>
public sealed class PickedTests
{
    private const string Variable = """{"id":"v1","name":"rows","typeName":"Int64","isArray":false,"value":"7","storageDriverTypeName":null}""";
    private const string Input = """{"uiHint":"singleline","storageDriverType":null,"type":"String","isArray":false,"name":"day","displayName":"day","description":"","category":""}""";

    public static TheoryData<string, object, string> Values() => new()
    {
        { "Variable", Variable, "7" },
        { "Variable", JsonSerializer.Deserialize<JsonElement>(Variable), "7" },
        { "Variable", "rows", "7" },
        { "Variable", "v1", "7" },
        { "Input", Input, "monday" },
        { "Input", JsonSerializer.Deserialize<JsonElement>(Input), "monday" },
        { "Input", "day", "monday" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task What_was_picked_is_what_is_used(string language, object value, string line)
    {
        var run = await RunAsync(language, value);
        Assert.Equal([line], run.Lines);
    }

    [Theory]
    [InlineData("{ no JSON")]
    [InlineData("{}")]
    public async Task What_names_no_variable_is_an_incident(string value)
    {
        var run = await RunAsync("Variable", value);
        Assert.Contains("is not in scope", run.State.Incidents.Single().Detail);
    }

    private static Task<InMemoryRun> RunAsync(string language, object value) => InMemoryRun.RunAsync(
        JsonSerializer.Serialize(new
        {
            definitionId = "picked",
            variables = new[] { new { id = "v1", name = "rows", typeName = "Int64", value = "7" } },
            inputs = new[] { new { name = "day", type = "String" } },
            root = new { id = "s", type = "Elsa.Sequence", activities = new[] { new { id = "w", type = "Elsa.WriteLine", text = new { expression = new { type = language, value } } } } },
        }),
        new Dictionary<string, object?> { ["day"] = "monday" });
}
