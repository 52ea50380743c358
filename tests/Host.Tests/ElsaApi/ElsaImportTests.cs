using System.Text;
using System.Text.Json;
using Dag.Host.Tests.Web;

namespace Dag.Host.Tests.ElsaApi;

/// <summary>Exports of Elsa servers, of this version and of older ones: imported, opened as Studio opens them, published, and run.</summary>
public sealed class ElsaImportTests
{
    private const string Definitions = "/elsa/api/workflow-definitions";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Exports => new()
    {
        {
            "as Elsa 3.7 exports",
            """
            { "$schema": "https://elsaworkflows.io/schemas/workflow-definition/v3.0.0/schema.json", "id": "6f1c2d8e9a0b4c3d", "definitionId": "ported", "name": "Ported", "description": "From Elsa",
              "createdAt": "2025-11-20T10:00:00.1234567+00:00", "version": 7, "toolVersion": "3.7.1.0", "isLatest": true, "isPublished": true, "isReadonly": false, "materializerName": "Json", "links": [],
              "variables": [ { "id": "v1", "name": "Who", "typeName": "String", "isArray": false, "value": "me", "storageDriverTypeName": "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core" } ],
              "inputs": [], "outputs": [], "outcomes": [], "customProperties": { "Flowchart": {} },
              "options": { "activationStrategyType": null, "usableAsActivity": null, "autoUpdateConsumingWorkflows": false, "incidentStrategyType": null },
              "root": { "id": "flow", "nodeId": "Workflow1:flow", "name": "Flowchart1", "type": "Elsa.Flowchart", "version": 1, "customProperties": { "notFoundConnections": [], "canStartWorkflow": false, "runAsynchronously": false }, "metadata": {},
                "activities": [
                  { "id": "a", "nodeId": "Workflow1:flow:a", "name": "WriteLine1", "type": "Elsa.WriteLine", "version": 1, "customProperties": { "canStartWorkflow": false, "runAsynchronously": false }, "metadata": { "designer": { "position": { "x": -440, "y": 0 }, "size": { "width": 139.6, "height": 50 } } },
                    "text": { "typeName": "String", "expression": { "type": "Literal", "value": "first" }, "memoryReference": { "id": "a:input-1" } } },
                  { "id": "b", "nodeId": "Workflow1:flow:b", "name": "WriteLine2", "type": "Elsa.WriteLine", "version": 1, "text": { "typeName": "String", "expression": { "type": "Variable", "value": { "id": "v1", "name": "Who", "typeName": "String" } } } } ],
                "variables": [], "connections": [ { "source": { "activity": "a", "port": "Done" }, "target": { "activity": "b", "port": "In" }, "vertices": [] } ] } }
            """
        },
        {
            "flat connections, as 3.0 had them",
            """
            { "definitionId": "ported", "name": "Ported", "version": 2, "usableAsActivity": false, "variables": [ { "id": "v1", "name": "Who", "typeName": "String", "value": "me" } ],
              "root": { "type": "Elsa.Flowchart", "version": 1, "id": "flow", "metadata": {}, "applicationProperties": {}, "start": "a", "activities": [
                { "type": "Elsa.WriteLine", "id": "a", "version": 1, "text": { "typeName": "String", "expression": { "type": "Literal", "value": "first" }, "memoryReference": { "id": "m1" } } },
                { "type": "Elsa.WriteLine", "id": "b", "version": 1, "text": { "typeName": "String", "expression": { "type": "JavaScript", "value": "getWho()" }, "memoryReference": { "id": "m2" } } } ],
                "connections": [ { "source": "a", "target": "b", "sourcePort": "Done", "targetPort": "In" } ] } }
            """
        },
        {
            "names in Pascal case, lists with $values and $type, ids of activities in connections",
            """
            { "$type": "Elsa.Workflows.Management.Models.WorkflowDefinitionModel, Elsa.Workflows.Management", "DefinitionId": "ported", "Name": "Ported", "Version": 1,
              "Variables": { "$type": "System.Collections.Generic.List`1[[Elsa]]", "$values": [ { "Id": "v1", "Name": "Who", "TypeName": "String", "Value": "me" } ] },
              "Root": { "Type": "Elsa.Flowchart", "Id": "flow", "Version": 1, "Activities": { "$values": [
                { "Type": "Elsa.WriteLine", "Id": "a", "Version": 1, "Text": { "TypeName": "String", "Expression": { "Type": "Literal", "Value": "first" } } },
                { "Type": "Elsa.WriteLine", "Id": "b", "Version": 1, "Text": { "TypeName": "String", "Expression": { "Type": "Variable", "Value": { "Id": "v1", "Name": "Who" } } } } ] },
                "Connections": { "$values": [ { "Source": { "ActivityId": "a", "Port": "Done" }, "Target": { "ActivityId": "b" } } ] } } }
            """
        },
        {
            "without $type, versions or ids of the version; a bare input; a trailing comma",
            """
            // exported by hand
            { "definitionId": "ported", "name": "Ported", "variables": [ { "name": "Who", "typeName": "String", "value": "me" } ],
              "root": { "type": "Elsa.Sequence", "id": "flow", "activities": [
                { "type": "Elsa.WriteLine", "id": "a", "text": "first" },
                { "type": "Elsa.WriteLine", "id": "b", "text": { "expression": { "type": "Variable", "value": "Who" } } }, ] } }
            """
        },
    };

    [Theory]
    [MemberData(nameof(Exports))]
    public async Task An_export_is_imported_opened_published_and_run(string what, string json)
    {
        await using var test = await TestServer.StartAsync();
        using var file = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(json)), "files", $"{what}.json" } };
        using var upload = new HttpRequestMessage(HttpMethod.Post, $"{Definitions}/import-files") { Content = file };
        upload.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var imported = await test.Client.SendAsync(upload, Token);
        Assert.True(imported.IsSuccessStatusCode, await imported.Content.ReadAsStringAsync(Token));

        // As one document as well; its comments and commas are no JSON that a client would send.
        if (!json.StartsWith("//", StringComparison.Ordinal))
        {
            (await test.PostAsync($"{Definitions}/import", json)).EnsureSuccessStatusCode();
        }

        var opened = await test.GetJsonAsync($"{Definitions}/by-definition-id/ported?versionOptions=Latest");
        Assert.Equal(("Ported", false), (opened.GetProperty("name").GetString(), opened.GetProperty("isPublished").GetBoolean()));
        var activities = opened.GetProperty("root").GetProperty("activities").EnumerateArray().ToList();
        Assert.Equal(["Workflow1:flow:a", "Workflow1:flow:b"], activities.Select(a => a.GetProperty("nodeId").GetString()));
        Assert.All(activities, a => Assert.Equal(JsonValueKind.Object, a.GetProperty("text").GetProperty("expression").ValueKind));

        var published = await test.PostAsync($"{Definitions}/ported/publish", "{}");
        Assert.True(published.IsSuccessStatusCode, await published.Content.ReadAsStringAsync(Token));
        var run = await test.StartRunAsync("ported");
        await test.WaitAsync(run, "Finished");
        var lines = (await test.GetJsonAsync($"/elsa/api/workflow-instances/{run}/journal?pageSize=100")).GetProperty("items").EnumerateArray()
            .Where(j => j.GetProperty("eventName").GetString() == "Completed" && j.GetProperty("activityType").GetString() == "Elsa.WriteLine")
            .Select(j => j.GetProperty("activityState").GetProperty("Text").GetString());
        Assert.Equal(["first", "me"], lines);
    }

    [Fact]
    public async Task An_export_whose_activities_are_not_known_is_imported_as_a_draft_that_says_so_when_it_is_published()
    {
        await using var test = await TestServer.StartAsync();
        (await test.PostAsync($"{Definitions}/import", FlowJson.Sequence("ported", """{ "id": "x", "type": "Acme.SendPigeon", "version": 4, "to": { "typeName": "String", "expression": { "type": "Liquid", "value": "{{ Variables.To }}" } } }""")))
            .EnsureSuccessStatusCode();

        var shown = (await test.GetJsonAsync($"{Definitions}/by-definition-id/ported")).GetProperty("root").GetProperty("activities")[0];
        Assert.Equal("Elsa.NotFoundActivity", shown.GetProperty("type").GetString());
        var exported = (await test.GetJsonAsync($"{Definitions}/ported/export")).GetProperty("root").GetProperty("activities")[0];
        Assert.Equal(("Acme.SendPigeon", 4), (exported.GetProperty("type").GetString(), exported.GetProperty("version").GetInt32()));
        var refused = await test.PostAsync($"{Definitions}/ported/publish", "{}");
        Assert.Equal(400, (int)refused.StatusCode);
        Assert.Contains("Acme.SendPigeon", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }
}
