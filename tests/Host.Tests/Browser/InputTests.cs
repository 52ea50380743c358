using System.Text.Json;
using System.Text.RegularExpressions;

namespace Dag.Host.Tests.Browser;

/// <summary>What the editor says of the inputs of our activities, and what becomes of wrong ones.</summary>
public sealed class InputTests(StudioSite site) : BrowserTest(site)
{
    [Fact]
    public async Task Inputs_show_what_they_mean_with_units_and_the_values_that_they_have_by_default()
    {
        await SaveAsync("described", """
            { "id": "c", "name": "Convert1", "type": "Dag.ConvertToParquet", "version": 1 },
            { "id": "q", "name": "Check1", "type": "Dag.CheckDataset", "version": 1 },
            { "id": "t", "name": "Train1", "type": "Dag.TrainModel", "version": 1 },
            { "id": "n", "name": "Notify1", "type": "Dag.Notify", "version": 1 }
            """);
        // Many of the inputs of an activity in one picture.
        await Page.SetViewportSizeAsync(1600, 2400);
        var editor = await EditorPage.OpenAsync(Page, "described");

        await SelectAsync(editor, "Convert1", "Source");
        await DescribesAsync(editor, "Source", "Required. A path, a pattern");
        await DescribesAsync(editor, "Columns", "Types of columns by name");
        await DescribesAsync(editor, "Mode", "Append (default)");
        await DescribesAsync(editor, "Max rejected", "0 to 1");
        await DescribesAsync(editor, "Max line bytes", "in bytes");
        await DescribesAsync(editor, "Content hash", "default true");
        await Patiently.Expect(editor.Text("Max rejected")).ToHaveValueAsync("0.01");
        await Patiently.Expect(editor.Text("Max line bytes")).ToHaveValueAsync("2097152");
        await Patiently.Expect(editor.Choice("Mode")).ToContainTextAsync("Append");
        await Patiently.Expect(editor.Choice("Compression")).ToContainTextAsync("Zstd");
        await Patiently.Expect(editor.Box("Content hash")).ToBeCheckedAsync();
        await Patiently.Expect(editor.Box("Keep order")).Not.ToBeCheckedAsync();
        await StudioSite.ScreenshotAsync(Page, "inputs-convert");

        await SelectAsync(editor, "Check1", "Expectations");
        await DescribesAsync(editor, "Expectations", "severity (error or warn)");
        await DescribesAsync(editor, "Quarantine", "set aside");
        await Patiently.Expect(editor.Text("Sample rows")).ToHaveValueAsync("20");
        await Patiently.Expect(editor.Choice("Mode")).ToContainTextAsync("Replace");
        await StudioSite.ScreenshotAsync(Page, "inputs-check");

        await SelectAsync(editor, "Train1", "Folds");
        await DescribesAsync(editor, "Test share", "0.01 to 0.9");
        await Patiently.Expect(editor.Text("Test share")).ToHaveValueAsync("0.25");
        await Patiently.Expect(editor.Text("Max rows")).ToHaveValueAsync("1000000");
        await Patiently.Expect(editor.Choice("Task")).ToContainTextAsync("Auto");
        await StudioSite.ScreenshotAsync(Page, "inputs-train");

        await SelectAsync(editor, "Notify1", "Message");
        await DescribesAsync(editor, "Timeout", "10 seconds");
        await Patiently.Expect(editor.Text("Timeout")).ToHaveValueAsync("00:00:10");
        await Patiently.Expect(editor.Text("Retries")).ToHaveValueAsync("3");
        await Patiently.Expect(editor.Choice("Channel")).ToContainTextAsync("log");
        await StudioSite.ScreenshotAsync(Page, "inputs-notify");
    }

    [Fact]
    public async Task Texts_of_several_lines_lists_and_dictionaries_are_filled_in_and_scripts_completed()
    {
        var saved = await Site.Server.PostAsync("/elsa/api/workflow-definitions", """
            { "model": { "definitionId": "filled", "name": "filled", "variables": [{ "id": "v", "name": "rows", "typeName": "Int64" }], "inputs": [{ "type": "String", "name": "day" }],
              "root": { "id": "f", "type": "Elsa.Flowchart", "version": 1, "connections": [], "activities": [
                { "id": "n", "name": "Notify1", "type": "Dag.Notify", "version": 1, "values": { "typeName": "Object", "expression": { "type": "Literal", "value": { "limit": 3 } } } },
                { "id": "h", "name": "Hook1", "type": "Elsa.HttpEndpoint", "version": 1, "supportedMethods": ["PUT"] },
                { "id": "q", "name": "Query1", "type": "Dag.QueryDataset", "version": 1 } ] } }, "publish": false }
            """);
        Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync(Token));
        await Page.SetViewportSizeAsync(1600, 2400);
        var editor = await EditorPage.OpenAsync(Page, "filled");
        await SelectAsync(editor, "Notify1", "Message");

        await editor.TypeAsync("Message", "{{rows}} rows\non {{day}}");
        await Patiently.Expect(editor.Entries("Values")).ToContainTextAsync(["limit"]);
        await editor.AddEntryAsync("Values", "day", "day", "Input");
        await editor.AddEntryAsync("Values", "most", "rows", "Variable");
        await editor.UseSyntaxAsync("Title", "JavaScript");
        await editor.CompleteCodeAsync("Title", "getRow", "getRows");
        await StudioSite.ScreenshotAsync(Page, "inputs-filled");
        await editor.UseSyntaxAsync("Url", "Variable");
        await editor.ChooseAsync("Url", "rows");

        await editor.SelectAsync("Hook1");
        await editor.CheckAsync("POST");
        await editor.SelectAsync("Query1");
        await editor.WriteCodeAsync("Sql", "SELECT 1");
        await StudioSite.ScreenshotAsync(Page, "inputs-query");

        var activities = (await Site.Server.GetJsonAsync("/elsa/api/workflow-definitions/by-definition-id/filled")).GetProperty("root").GetProperty("activities");
        JsonElement Input(string name, string input) => activities.EnumerateArray().Single(a => a.GetProperty("name").GetString() == name).GetProperty(input).GetProperty("expression");
        string? Value(string name, string input) => Input(name, input).GetProperty("value").ToString();
        Assert.Equal("{{rows}} rows\non {{day}}", Value("Notify1", "message"));
        Assert.Equal("""{"limit":{"type":"Object","value":"3"},"day":{"type":"Input","value":"day"},"most":{"type":"Variable","value":"rows"}}""", Value("Notify1", "values"));
        Assert.Equal("getRows", Value("Notify1", "title"));
        Assert.Equal(("Variable", "rows"), (Input("Notify1", "url").GetProperty("type").GetString(), JsonElement.Parse(Value("Notify1", "url")!).GetProperty("name").GetString()));
        Assert.Equal("""["POST","PUT"]""", Value("Hook1", "supportedMethods"));
        Assert.Equal("SELECT 1", Value("Query1", "sql"));
    }

    [Fact]
    public async Task Missing_and_wrong_inputs_are_named_when_a_workflow_is_published()
    {
        await SaveAsync("refused", """{ "id": "c", "name": "Convert1", "type": "Dag.ConvertToParquet", "version": 1 }""");
        Traffic.Expected = "400";
        var editor = await EditorPage.OpenAsync(Page, "refused");
        await SelectAsync(editor, "Convert1", "Source");
        await editor.TypeAsync("Dataset", "refused");
        await editor.TypeAsync("Max line bytes", "plenty");
        await editor.TypeAsync("Max rejected", "7");

        Assert.Equal(400, (await editor.PublishAsync()).Status);

        await Patiently.Expect(editor.Notice).ToHaveClassAsync(new Regex("mud-alert-filled-error"));
        await Patiently.Expect(editor.Notice).ToContainTextAsync("Convert1: Input 'Source' of Dag.ConvertToParquet is missing.");
        await Patiently.Expect(editor.Notice).ToContainTextAsync("Convert1: Input 'MaxLineBytes'");
        await Patiently.Expect(editor.Notice).ToContainTextAsync("plenty");
        await Patiently.Expect(editor.Notice).ToContainTextAsync("Convert1: The field MaxRejected must be between 0 and 1.");
        await StudioSite.ScreenshotAsync(Page, "inputs-refused");

        await editor.CloseNoticeAsync();
        await editor.TypeAsync("Source", "orders.csv", leaveBy: "Enter");
        await editor.TypeAsync("Max line bytes", "4096");
        await editor.TypeAsync("Max rejected", "0.5");
        var answer = await editor.PublishAsync();
        Assert.True(answer.Ok, await answer.TextAsync());
    }

    private static Task SelectAsync(EditorPage editor, string activity, string input) =>
        Patiently.DoAsync(() => editor.SelectAsync(activity), editor.Description(input), d => d.ToBeVisibleAsync());

    private static Task DescribesAsync(EditorPage editor, string input, string part) => Patiently.Expect(editor.Description(input)).ToContainTextAsync(part);

    private async Task SaveAsync(string definitionId, string activities)
    {
        var saved = await Site.Server.PostAsync("/elsa/api/workflow-definitions", $$"""
            { "model": { "definitionId": "{{definitionId}}", "name": "{{definitionId}}", "root": { "id": "f", "type": "Elsa.Flowchart", "version": 1, "activities": [
                {{activities}}
              ], "connections": [] } }, "publish": false }
            """);
        Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync(Token));
    }
}
