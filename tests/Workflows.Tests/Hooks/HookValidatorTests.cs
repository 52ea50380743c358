using Dag.Workflows.Composition;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Hooks;
using Dag.Workflows.Tests.Runs;

namespace Dag.Workflows.Tests.Hooks;

public sealed class HookValidatorTests
{
    [Theory]
    [InlineData("""  "path": "" """, "The endpoint has no path")]
    [InlineData("""  "path": "a}" """, "character that no path has")]
    [InlineData("""  "path": "a", "supportedMethods": ["FETCH"] """, "'FETCH' is no method")]
    [InlineData("""  "path": "a", "supportedMethods": [] """, "accepts no method")]
    [InlineData("""  "path": "a", "policy": "Admins" """, "Policies are not known here")]
    [InlineData("""  "path": "a", "requestSizeLimit": 0 """, "'requestSizeLimit' is 0")]
    [InlineData("""  "path": "a", "fileSizeLimit": -1 """, "'fileSizeLimit' is -1")]
    [InlineData("""  "path": "a", "requestTimeout": "2.00:00:00" """, "'requestTimeout' is")]
    [InlineData("""  "path": "a", "replayWindow": "00:00:00" """, "'replayWindow' is")]
    [InlineData("""  "path": "a", "signingSecret": "hunter2" """, "must name a secret")]
    [InlineData("""  "path": "a", "apiKey": "hunter2" """, "must name a secret")]
    [InlineData("""  "path": { "expression": { "type": "JavaScript", "value": "'a'" } } """, "Input 'Path' of Elsa.HttpEndpoint is no literal")]
    [InlineData("""  "path": "a", "apiKey": { "expression": { "type": "Variable", "value": { "id": "v" } } } """, "Input 'ApiKey' of Elsa.HttpEndpoint is no literal")]
    public async Task What_is_wrong_with_an_endpoint_is_said_before_it_is_published(string members, string expected)
    {
        var faults = await FaultsOf(members, canStart: true);

        Assert.Contains(expected, Assert.Single(faults).ToString());
        Assert.DoesNotContain("hunter2", faults[0].ToString());
    }

    [Theory]
    [InlineData("""  "path": { "expression": { "type": "JavaScript", "value": "'approve/' + 1" } } """)]
    [InlineData("""  "path": "a/{b}", "supportedMethods": { "typeName": "String[]", "expression": { "type": "Object", "value": "[\"post\",\"PUT\"]" } }, "policy": null, "signingSecret": "secret:X" """)]
    public async Task In_the_middle_of_a_run_the_path_may_be_an_expression(string members) => Assert.Empty(await FaultsOf(members, canStart: false));

    [Fact]
    public void One_path_and_method_belong_to_one_endpoint()
    {
        var mine = HooksOf("mine", "orders/{id}", "GET", "POST");
        var others = HooksOf("other", "Orders/{order}", "POST", "DELETE");

        var clash = Assert.Single(HookValidator.Clashes(mine, others));

        Assert.Equal("POST /hooks/orders/{id} belongs to the workflow 'other' (other) as /Orders/{order}.", clash.Message);
        Assert.Empty(HookValidator.Clashes(mine, HooksOf("other", "orders/new", "POST")));
        Assert.Empty(HookValidator.Clashes(mine, HooksOf("other", "orders/{id}", "PUT")));
        Assert.Contains("the activity 'h' of this workflow", Assert.Single(HookValidator.Clashes([.. mine, .. mine], [])).Message);
    }

    private static List<PublishedHook> HooksOf(string definitionId, string path, params string[] methods) =>
        [.. HookValidator.HooksOf(InMemoryRun.Compile(Json(definitionId, $"\"path\": \"{path}\", \"supportedMethods\": [{string.Join(',', methods.Select(m => $"\"{m}\""))}]", canStart: true)))];

    private static async Task<IReadOnlyList<DefinitionFault>> FaultsOf(string members, bool canStart) =>
        await GraphCompiler.ValidateAsync(DefinitionReader.Read(Json("w", members, canStart)), InMemoryRun.Catalog, WorkflowLinks.None, TestContext.Current.CancellationToken);

    private static string Json(string definitionId, string members, bool canStart) => $$"""
        { "definitionId": "{{definitionId}}", "name": "{{definitionId}}", "variables": [{ "id": "v", "name": "v" }],
          "root": { "id": "h", "type": "Elsa.HttpEndpoint", {{members}}, "customProperties": { "canStartWorkflow": {{(canStart ? "true" : "false")}} } } }
        """;
}
