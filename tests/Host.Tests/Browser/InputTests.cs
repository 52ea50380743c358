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
