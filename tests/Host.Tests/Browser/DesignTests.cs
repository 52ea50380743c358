using System.Text.Json;
using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>Somebody draws a workflow in Studio.</summary>
public sealed class DesignTests(StudioSite site) : BrowserTest(site)
{
    private const string Unfinished = """
        { "model": { "definitionId": "unfinished", "name": "Unfinished", "root": { "id": "f", "type": "Elsa.Flowchart", "version": 1, "activities": [
            { "id": "x", "name": "Nope1", "type": "Acme.Nope", "version": 1 },
            { "id": "p", "name": "Convert1", "type": "Dag.ConvertToParquet", "version": 1 },
            { "id": "c", "name": "Cron1", "type": "Elsa.Cron", "version": 1, "cronExpression": { "expression": { "type": "Literal", "value": "nonsense" } } },
            { "id": "h", "name": "Hook1", "type": "Elsa.HttpEndpoint", "version": 1, "path": "taken", "customProperties": { "canStartWorkflow": true } },
            { "id": "l", "name": "Loops1", "type": "Elsa.FlowNode", "version": 1, "body": { "id": "g", "name": "Loops2", "type": "Elsa.Flowchart", "version": 1, "activities": [
                { "id": "s", "type": "Elsa.WriteLine", "version": 1 }, { "id": "a", "type": "Elsa.WriteLine", "version": 1 }, { "id": "b", "type": "Elsa.WriteLine", "version": 1 },
                { "id": "d", "type": "Elsa.WriteLine", "version": 1 }, { "id": "e", "type": "Elsa.WriteLine", "version": 1 }
              ], "connections": [
                { "source": { "activity": "s", "port": "Done" }, "target": { "activity": "a", "port": "In" } }, { "source": { "activity": "a", "port": "Done" }, "target": { "activity": "b", "port": "In" } },
                { "source": { "activity": "b", "port": "Done" }, "target": { "activity": "a", "port": "In" } }, { "source": { "activity": "s", "port": "Done" }, "target": { "activity": "e", "port": "In" } },
                { "source": { "activity": "s", "port": "Done" }, "target": { "activity": "d", "port": "In" } }, { "source": { "activity": "d", "port": "Done" }, "target": { "activity": "e", "port": "In" } },
                { "source": { "activity": "e", "port": "Done" }, "target": { "activity": "d", "port": "In" } }
              ] } }
          ], "connections": [] } }, "publish": false }
        """;

    [Fact]
    public async Task A_workflow_is_created_drawn_saved_and_published()
    {
        await MakeDatasetAsync("departures");
        var list = await WorkflowListPage.OpenAsync(Page);
        var editor = await list.CreateAsync("Orders");
        await editor.AddVariableAsync("rows", "Int64");

        await editor.DropAsync("Transform", "Convert to Parquet", 60, 60);
        await editor.DropAsync("Quality", "Check dataset", 460, 60);
        await editor.DropAsync("Notify", "Notify", 460, 260);
        await editor.SavedAsync(() => editor.ConnectAsync("ConvertToParquet1", "Done", "CheckDataset1"));
        await editor.SavedAsync(() => editor.ConnectAsync("CheckDataset1", "Warned", "Notify1"));
        await Traffic.QuietAsync();

        // A list, a text, a number, a choice, a switch and JSON.
        await editor.SelectAsync("ConvertToParquet1");
        await editor.TypeAsync("Source", "orders.csv", leaveBy: "Enter");
        await editor.TypeAsync("Dataset", "orders");
        await editor.ChooseAsync("Mode", "Replace");
        await editor.WriteCodeAsync("Columns", """{"id": "BIGINT"}""");
        await editor.TypeAsync("Max rejected", "0.5");
        await editor.ToggleAsync("Keep order");
        await editor.OpenTabAsync("Output");
        await editor.ChooseAsync("Rows", "rows");
        await StudioSite.ScreenshotAsync(Page, "editor-output");

        // The datasets that exist are offered.
        await editor.SelectAsync("CheckDataset1");
        await editor.OpenTabAsync("Input");
        await editor.ChooseAsync("Dataset", "departures");
        await editor.WriteCodeAsync("Expectations", """[{"type": "rowCount", "min": 1}]""");

        await editor.SelectAsync("Notify1");
        await editor.TypeAsync("Message", "Orders arrived");
        await editor.UseSyntaxAsync("Title", "JavaScript");
        await editor.WriteCodeAsync("Title", "'Rows: ' + getRows()");
        await StudioSite.ScreenshotAsync(Page, "editor-drawn");
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await StudioSite.ScreenshotAsync(Page, "editor-drawn-dark");
        await Patiently.Expect(editor.Details.Locator(".monaco-editor").First).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("vs-dark"));
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });

        // Studio loses what is typed while it takes over the answer to a save. Its user sees an empty field, and types again.
        var draft = $"/elsa/api/workflow-definitions/by-definition-id/{editor.DefinitionId}?versionOptions=Latest";
        for (var tries = 0; tries < 3 && !(await Site.Server.Client.GetStringAsync(draft, Token)).Contains("orders.csv", StringComparison.Ordinal); tries++)
        {
            await editor.SelectAsync("ConvertToParquet1");
            await editor.OpenTabAsync("Input");
            await editor.TypeAsync("Source", "orders.csv", leaveBy: "Enter");
            await Traffic.QuietAsync();
        }

        var answer = await editor.PublishAsync();
        Assert.True(answer.Ok, await answer.TextAsync());

        var definition = await Site.Server.GetJsonAsync($"/elsa/api/workflow-definitions/by-definition-id/{editor.DefinitionId}");
        Assert.True(definition.GetProperty("isPublished").GetBoolean());
        var root = definition.GetProperty("root");
        var (convert, check, notify) = (ByType(root, "Dag.ConvertToParquet"), ByType(root, "Dag.CheckDataset"), ByType(root, "Dag.Notify"));
        Assert.Equal(["Done", "Warned"], root.GetProperty("connections").EnumerateArray().Select(c => c.GetProperty("source").GetProperty("port").GetString()!).Order());
        Assert.Equal(("Object", """["orders.csv"]"""), Expression(convert, "source"));
        Assert.Equal(("Literal", "orders"), Expression(convert, "dataset"));
        Assert.Equal(("Literal", "Replace"), Expression(convert, "mode"));
        Assert.Equal(("Literal", """{"id": "BIGINT"}"""), Expression(convert, "columns"));
        Assert.Equal(("Literal", "0.5"), Expression(convert, "maxRejected"));
        Assert.Equal(("Literal", "True"), Expression(convert, "keepOrder"));
        var variable = Assert.Single(definition.GetProperty("variables").EnumerateArray());
        Assert.Equal(variable.GetProperty("id").GetString(), convert.GetProperty("rows").GetProperty("memoryReference").GetProperty("id").GetString());
        Assert.Equal(("Literal", "departures"), Expression(check, "dataset"));
        Assert.Equal(("JavaScript", "'Rows: ' + getRows()"), Expression(notify, "title"));
    }

    [Fact]
    public async Task What_is_inside_an_activity_is_opened_and_drawn_in_turn()
    {
        await Site.Server.PostAsync("/elsa/api/workflow-definitions", """
            { "model": { "definitionId": "inside", "name": "Inside", "root": { "id": "f", "type": "Elsa.Flowchart", "version": 1, "activities": [
                { "id": "if", "name": "If1", "type": "Elsa.If", "version": 1 }, { "id": "each", "name": "ForEach1", "type": "Elsa.ForEach", "version": 1,
                  "body": { "id": "b", "name": "Body1", "type": "Elsa.Flowchart", "version": 1, "activities": [{ "id": "w", "name": "Inner1", "type": "Elsa.WriteLine", "version": 1 }], "connections": [] } }
              ], "connections": [] } }, "publish": false }
            """);
        var editor = await EditorPage.OpenAsync(Page, "inside");
        await editor.EnterAsync("ForEach1", "Body", isEmpty: false);
        await editor.Node("Inner1").WaitForAsync();
        await editor.LeaveAsync();

        await editor.EnterAsync("If1", "Then", isEmpty: true);
        await editor.SavedAsync(() => editor.DropAsync("Console", "Write Line", 100, 100));
        await StudioSite.ScreenshotAsync(Page, "editor-inside");
        await editor.LeaveAsync();
        await editor.Node("If1").WaitForAsync();

        var root = (await Site.Server.GetJsonAsync("/elsa/api/workflow-definitions/by-definition-id/inside")).GetProperty("root");
        var then = ByType(root, "Elsa.If").GetProperty("then");
        Assert.Equal("Elsa.WriteLine", Assert.Single(then.GetProperty("activities").EnumerateArray()).GetProperty("type").GetString());
        Assert.Equal("Inner1", Assert.Single(ByType(root, "Elsa.ForEach").GetProperty("body").GetProperty("activities").EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Publishing_what_cannot_work_tells_all_that_is_wrong_in_one_red_notice()
    {
        await Site.Server.PublishAsync("""
            { "definitionId": "taken", "name": "Taken", "root": { "id": "f", "type": "Elsa.Flowchart", "version": 1, "connections": [], "activities": [
                { "id": "h", "type": "Elsa.HttpEndpoint", "version": 1, "path": "taken", "customProperties": { "canStartWorkflow": true } }
              ] } }
            """);
        await Site.Server.PostAsync("/elsa/api/workflow-definitions", Unfinished);
        Traffic.Expected = "400";
        var editor = await EditorPage.OpenAsync(Page, "unfinished");
        await editor.Node("Cron1").WaitForAsync();

        var answer = await editor.PublishAsync();

        Assert.Equal(400, answer.Status);
        await Patiently.Expect(editor.Notice).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("mud-alert-filled-error"));
        string[] parts =
        [
            "7 things are wrong", "Nope1: The activity type 'Acme.Nope' is not known", "Convert1: Input 'Source'", "Convert1: Input 'Dataset'", "Cron1: cron 'nonsense'",
            "Hook1: GET /hooks/taken belongs to the workflow 'Taken'", "The loop through 'a', 'b' never ends", "The connection from 'd' back to 'e' is invalid",
        ];
        foreach (var part in parts)
        {
            await Patiently.Expect(editor.Notice).ToContainTextAsync(part);
        }

        await StudioSite.ScreenshotAsync(Page, "editor-refused");
        Assert.False((await Site.Server.GetJsonAsync("/elsa/api/workflow-definitions/by-definition-id/unfinished")).GetProperty("isPublished").GetBoolean());
    }

    [Fact]
    public async Task What_lies_one_over_the_other_is_laid_out()
    {
        const string Here = """ "metadata": { "designer": { "position": { "x": 100, "y": 100 } } } """;
        await Site.Server.PostAsync("/elsa/api/workflow-definitions", $$"""
            { "model": { "definitionId": "heap", "name": "Heap", "root": { "id": "f", "type": "Elsa.Flowchart", "version": 1, "activities": [
                { "id": "a", "name": "A1", "type": "Elsa.WriteLine", "version": 1, {{Here}} }, { "id": "b", "name": "B1", "type": "Elsa.SendHttpRequest", "version": 1, {{Here}} },
                { "id": "c", "name": "C1", "type": "Elsa.If", "version": 1, {{Here}} }
              ], "connections": [{ "source": { "activity": "a", "port": "Done" }, "target": { "activity": "b", "port": "In" } }, { "source": { "activity": "a", "port": "Done" }, "target": { "activity": "c", "port": "In" } }] } }, "publish": false }
            """);
        var editor = await EditorPage.OpenAsync(Page, "heap");
        await editor.Node("C1").WaitForAsync();

        await editor.SavedAsync(editor.LayOutAsync);

        await StudioSite.ScreenshotAsync(Page, "editor-laid-out");
        var boxes = await Task.WhenAll(new[] { "A1", "B1", "C1" }.Select(async n => (await editor.Node(n).BoundingBoxAsync())!));
        Assert.All([(0, 1), (0, 2), (1, 2)], pair => Assert.False(Overlap(boxes[pair.Item1], boxes[pair.Item2]), $"{pair} overlap"));
    }

    [Fact]
    public async Task What_has_no_place_gets_one_of_its_own()
    {
        await Site.Server.PostAsync("/elsa/api/workflow-definitions", """
            { "model": { "definitionId": "placeless", "name": "Placeless", "root": { "id": "f", "type": "Elsa.Flowchart", "version": 1, "activities": [
                { "id": "a", "name": "A1", "type": "Elsa.FlowSendHttpRequest", "version": 1 }, { "id": "b", "name": "B1", "type": "Elsa.SendHttpRequest", "version": 1 },
                { "id": "c", "name": "C1", "type": "Elsa.If", "version": 1 }, { "id": "d", "name": "D1", "type": "Elsa.BulkDispatchWorkflows", "version": 1 }, { "id": "e", "name": "E1", "type": "Elsa.WriteLine", "version": 1 }
              ], "connections": [{ "source": { "activity": "a", "port": "Done" }, "target": { "activity": "b", "port": "In" } }, { "source": { "activity": "a", "port": "Timeout" }, "target": { "activity": "c", "port": "In" } },
                { "source": { "activity": "a", "port": "Timeout" }, "target": { "activity": "d", "port": "In" } }, { "source": { "activity": "b", "port": "Done" }, "target": { "activity": "e", "port": "In" } }] } }, "publish": false }
            """);
        var editor = await EditorPage.OpenAsync(Page, "placeless");
        await editor.Node("E1").WaitForAsync();
        await Traffic.QuietAsync();
        await StudioSite.ScreenshotAsync(Page, "editor-placed");
        var boxes = await Task.WhenAll(new[] { "A1", "B1", "C1", "D1", "E1" }.Select(async n => (await editor.Node(n).BoundingBoxAsync())!));
        for (var i = 0; i < boxes.Length; i++)
        {
            Assert.DoesNotContain(boxes[(i + 1)..], other => Overlap(boxes[i], other));
        }
    }

    private static bool Overlap(LocatorBoundingBoxResult a, LocatorBoundingBoxResult b) =>
        a.X < b.X + b.Width && b.X < a.X + a.Width && a.Y < b.Y + b.Height && b.Y < a.Y + a.Height;

    private async Task MakeDatasetAsync(string name)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("dag-host-test-").FullName, "rows.csv");
        await File.WriteAllTextAsync(file, "id\n1\n2\n", Token);
        await Site.Server.PublishAsync(FlowJson.Sequence("make-" + name, $$"""
            { "id": "c", "type": "Dag.ConvertToParquet",
              "source": { "typeName": "Object", "expression": { "type": "Literal", "value": {{JsonSerializer.Serialize(file)}} } },
              "dataset": { "typeName": "String", "expression": { "type": "Literal", "value": "{{name}}" } } }
            """));
        await Site.Server.WaitAsync(await Site.Server.StartRunAsync("make-" + name), "Finished");
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    private static JsonElement ByType(JsonElement root, string type) => root.GetProperty("activities").EnumerateArray().Single(a => a.GetProperty("type").GetString() == type);

    private static (string? Type, string? Value) Expression(JsonElement activity, string input)
    {
        var expression = activity.GetProperty(input).GetProperty("expression");
        return (expression.GetProperty("type").GetString(), expression.GetProperty("value").GetString());
    }
}
