using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dag.Host.Tests.Web;
using Dag.Workflows.Activities;

namespace Dag.Host.Tests.ElsaApi;

/// <summary>The way of somebody through Studio: create, draw, save, publish, run, watch. Requests are Studio's own.</summary>
public sealed class StudioPathTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_workflow_is_created_drawn_published_run_and_looked_at()
    {
        await using var test = await TestServer.StartAsync();

        // Studio's Create dialog sends little, and expects everything to be filled in.
        var created = await SaveAsync(test, """
            {"model":{"definitionId":null,"id":null,"name":"Workflow 1","description":"","toolVersion":"3.8.2.0","createdAt":"0001-01-01T00:00:00+00:00","version":1,
              "isLatest":true,"isPublished":false,"options":null,"variables":null,"inputs":null,"outputs":null,"outcomes":null,"customProperties":null,"links":null,
              "root":{"id":"f1","type":"Elsa.Flowchart","version":1,"name":"Flowchart1"}},"publish":null}
            """);
        Assert.Equal("Workflow1:f1", created["root"]!["nodeId"]!.GetValue<string>());
        Assert.Equal("publish", created["links"]![0]!["rel"]!.GetValue<string>());
        Assert.Empty(created["root"]!["activities"]!.AsArray());
        Assert.Equal("Dag.Propagate", created["options"]!["incidentStrategyType"]!.GetValue<string>());

        // An activity that is dropped has no inputs; one whose inputs are edited has no type names.
        created["root"]!["activities"] = JsonNode.Parse("""
            [{"id":"a1","nodeId":"Workflow1:f1:a1","name":"WriteLine1","type":"Elsa.WriteLine","version":1,
              "metadata":{"designer":{"position":{"x":530,"y":198},"size":{"width":147.328125,"height":54}}},
              "text":{"typeName":null,"expression":{"type":"Literal","value":"hello"},"memoryReference":null}},
             {"id":"a2","nodeId":"Workflow1:f1:a2","name":"WriteLine2","type":"Elsa.WriteLine","version":1}]
            """);
        created["root"]!["connections"] = JsonNode.Parse("""[{"source":{"activity":"a1","port":"Done"},"target":{"activity":"a2","port":"In"},"vertices":[]}]""");
        var drawn = await SaveAsync(test, Request(created, publish: false));
        Assert.Equal((created["id"]!.GetValue<string>(), 1), (drawn["id"]!.GetValue<string>(), drawn["version"]!.GetValue<int>()));

        var definitionId = drawn["definitionId"]!.GetValue<string>();
        var run = await test.PostAsync($"/elsa/api/workflow-definitions/{definitionId}/execute", """{"correlationId":null,"triggerActivityId":null,"versionOptions":"Latest","input":null}""");
        Assert.Equal(HttpStatusCode.OK, run.StatusCode);
        Assert.False(run.Headers.Contains("x-elsa-workflow-cannot-start"));
        var runId = run.Headers.GetValues("x-elsa-workflow-instance-id").Single();
        await test.WaitAsync(runId, "Finished");

        // What has run stays as it was, under its id.
        var published = await SaveAsync(test, Request(drawn, publish: true));
        Assert.Equal((2, true), (published["version"]!.GetValue<int>(), published["isPublished"]!.GetValue<bool>()));
        var instance = await test.GetJsonAsync($"/elsa/api/workflow-instances/{runId}");
        Assert.Equal(drawn["id"]!.GetValue<string>(), instance.GetProperty("definitionVersionId").GetString());
        Assert.Equal("Finished", instance.GetProperty("workflowState").GetProperty("subStatus").GetString());
        var ran = await test.GetJsonAsync($"/elsa/api/workflow-definitions/by-id/{instance.GetProperty("definitionVersionId").GetString()}");
        Assert.Equal(1, ran.GetProperty("version").GetInt32());

        var journal = await PostAsync(test, $"/elsa/api/workflow-instances/{runId}/journal?skip=0&take=110", """{"filter":{"excludedActivityTypes":["Elsa.Workflow","Elsa.Flowchart"]}}""");
        Assert.Equal(
            ["a1 Started", "a1 Completed", "a2 Started", "a2 Completed"],
            journal.GetProperty("items").EnumerateArray().Select(i => $"{i.GetProperty("activityId")} {i.GetProperty("eventName")}"));
        var stats = (await PostAsync(test, "/elsa/api/activity-executions/report", $$"""{"workflowInstanceId":"{{runId}}","activityNodeIds":["Workflow1:f1:a1"]}""")).GetProperty("stats");
        Assert.Equal((1, 1, 0), (stats[0].GetProperty("startedCount").GetInt32(), stats[0].GetProperty("completedCount").GetInt32(), stats[0].GetProperty("uncompletedCount").GetInt32()));
        var summary = (await test.GetJsonAsync($"/elsa/api/activity-execution-summaries/list?WorkflowInstanceId={runId}&ActivityNodeId=Workflow1:f1:a1")).GetProperty("items")[0];
        var record = await test.GetJsonAsync($"/elsa/api/activity-executions/by-id?id={summary.GetProperty("id").GetString()}");
        Assert.Equal("hello", record.GetProperty("activityState").GetProperty("Text").GetString());
        Assert.Equal("""["Done"]""", record.GetProperty("payload").GetProperty("Outcomes").GetRawText());
    }

    [Fact]
    public async Task Publishing_names_every_fault_and_saves_nothing_and_a_draft_may_be_unfinished()
    {
        await using var test = await TestServer.StartAsync();
        const string unfinished = """
            {"model":{"definitionId":"bad","name":"Bad","root":{"id":"f","type":"Elsa.Flowchart","version":1,"activities":[
              {"id":"x","type":"Acme.Nope","version":1},{"id":"p","type":"Dag.ConvertToParquet","version":1},{"id":"c","type":"Elsa.Cron","version":1,"cronExpression":{"expression":{"type":"Literal","value":"nonsense"}}}],"connections":[]}},"publish":PUBLISH}
            """;
        var refused = await test.PostAsync("/elsa/api/workflow-definitions", unfinished.Replace("PUBLISH", "true", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        var errors = (await TestServer.JsonAsync(refused)).GetProperty("errors").ToString();
        Assert.Contains("Acme.Nope", errors, StringComparison.Ordinal);
        Assert.Contains("nonsense", errors, StringComparison.Ordinal);
        Assert.Contains("Input 'Source' of Dag.ConvertToParquet is missing", errors.Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await test.Client.GetAsync("/elsa/api/workflow-definitions/by-definition-id/bad", Token)).StatusCode);

        // In a draft the unknown type is shown as what Studio knows for it, and is stored as it was.
        var draft = await SaveAsync(test, unfinished.Replace("PUBLISH", "false", StringComparison.Ordinal));
        Assert.Equal("Elsa.NotFoundActivity", draft["root"]!["activities"]![0]!["type"]!.GetValue<string>());
        var again = await SaveAsync(test, Request(draft, publish: false));
        Assert.Contains("Acme.Nope", again["root"]!["activities"]![0]!["originalActivityJson"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_who_edit_one_draft_the_second_is_told_and_loses_nothing()
    {
        await using var test = await TestServer.StartAsync();
        var opened = await SaveAsync(test, """{"model":{"definitionId":"both","name":"Both","root":{"id":"f","type":"Elsa.Flowchart","version":1}},"publish":false}""");
        var first = opened.DeepClone().AsObject();
        first["description"] = "mine";
        await SaveAsync(test, Request(first, publish: false));

        var second = await test.PostAsync("/elsa/api/workflow-definitions", Request(opened, publish: false));
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        var problem = await TestServer.JsonAsync(second);
        Assert.Contains("Somebody else has saved", problem.GetProperty("errors").EnumerateObject().Single().Value[0].GetString(), StringComparison.Ordinal);

        // Studio shows its user a refusal with 400 only; a page of ours says which one it is.
        using var fromPage = new HttpRequestMessage(HttpMethod.Post, "/elsa/api/workflow-definitions") { Content = TestServer.Json(Request(opened, publish: false)) };
        fromPage.Headers.Add("X-Dag-Editor", "a page");
        var shown = await test.Client.SendAsync(fromPage, Token);
        Assert.Equal(HttpStatusCode.BadRequest, shown.StatusCode);
        Assert.Equal(problem.GetProperty("errors").ToString(), (await TestServer.JsonAsync(shown)).GetProperty("errors").ToString());
        Assert.Equal("mine", (await test.GetJsonAsync("/elsa/api/workflow-definitions/by-definition-id/both")).GetProperty("description").GetString());
    }

    [Fact]
    public async Task A_webhook_of_another_workflow_is_refused_however_it_is_published()
    {
        await using var test = await TestServer.StartAsync();
        string Hook(string id, bool publish) => $$"""
            {"model":{"definitionId":"{{id}}","name":"{{id}}","root":{"id":"f","type":"Elsa.Flowchart","version":1,"connections":[],"activities":[
              {"id":"h","type":"Elsa.HttpEndpoint","version":1,"path":"same","customProperties":{"canStartWorkflow":true} } ] } },"publish":{{(publish ? "true" : "false")}}}
            """;
        await SaveAsync(test, Hook("first", publish: true));
        await SaveAsync(test, Hook("first", publish: true));
        await SaveAsync(test, Hook("second", publish: false));
        foreach (var refused in new[] { await test.PostAsync("/elsa/api/workflow-definitions", Hook("second", publish: true)), await test.PostAsync("/elsa/api/workflow-definitions/second/publish", "{}") })
        {
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("belongs to the workflow", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }

        await test.PostAsync("/elsa/api/workflow-definitions/first/retract", "{}");
        await SaveAsync(test, Hook("second", publish: true));
    }

    [Fact]
    public async Task Every_input_names_an_editor_that_Studio_has()
    {
        await using var test = await TestServer.StartAsync();
        var editors = typeof(UIHints).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).ToHashSet();
        var activities = (await test.GetJsonAsync("/elsa/api/descriptors/activities")).GetProperty("items").EnumerateArray();
        Assert.All(activities.SelectMany(a => a.GetProperty("inputs").EnumerateArray()), i => Assert.Contains(i.GetProperty("uiHint").GetString()!, editors));
    }

    [Fact]
    public async Task A_copy_has_what_its_original_has()
    {
        await using var test = await TestServer.StartAsync();
        var original = await SaveAsync(test, """
            {"model":{"definitionId":"original","name":"Original","acme":{"team":"data"},"options":{"incidentStrategyType":null},
              "root":{"id":"f","type":"Elsa.Flowchart","version":1,"activities":[{"id":"w","type":"Elsa.WriteLine","version":1,"text":"bare"}]}},"publish":true}
            """);
        var sent = StudioModel.Of(original);
        sent["id"] = sent["definitionId"] = null;
        sent["name"] = "Copy";

        var copy = await SaveAsync(test, Request(sent, publish: false));

        Assert.Equal(("Copy", 1, false), (copy["name"]!.GetValue<string>(), copy["version"]!.GetValue<int>(), copy["isPublished"]!.GetValue<bool>()));
        Assert.NotEqual(original["id"]!.GetValue<string>(), copy["id"]!.GetValue<string>());
        var exported = await test.GetJsonAsync($"/elsa/api/workflow-definitions/{copy["definitionId"]}/export");
        Assert.Equal("data", exported.GetProperty("acme").GetProperty("team").GetString());
        Assert.Equal("bare", exported.GetProperty("root").GetProperty("activities")[0].GetProperty("text").GetString());
        Assert.Null(copy["options"]!["incidentStrategyType"]);
        Assert.True((await test.GetJsonAsync("/elsa/api/workflow-definitions/by-definition-id/original")).GetProperty("isPublished").GetBoolean());
    }

    private static string Request(JsonObject definition, bool publish) =>
        new JsonObject { ["model"] = definition.DeepClone(), ["publish"] = publish }.ToJsonString();

    private static async Task<JsonObject> SaveAsync(TestServer test, string request)
    {
        var response = await test.PostAsync("/elsa/api/workflow-definitions", request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Token));
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!["workflowDefinition"]!.AsObject();
    }

    private static async Task<JsonElement> PostAsync(TestServer test, string path, string json)
    {
        var response = await test.PostAsync(path, json);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Token));
        return await TestServer.JsonAsync(response);
    }
}
