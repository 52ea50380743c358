using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>Versions, files, workflows in workflows, and the trial of one activity.</summary>
public sealed class VersionTests(StudioSite site) : BrowserTest(site)
{
    [Fact]
    public async Task An_old_version_is_looked_at_and_made_the_draft_again()
    {
        await SaveAsync("versions", "First1", publish: true);
        await SaveAsync("versions", "Second1", publish: true);
        var editor = await EditorPage.OpenAsync(Page, "versions");
        await editor.Node("Second1").WaitForAsync();
        await editor.OpenTabAsync("Version history");
        await Patiently.Expect(editor.Versions).ToHaveCountAsync(2);
        await StudioSite.ScreenshotAsync(Page, "versions");

        await editor.OnVersionAsync(1, "View");
        await editor.Node("First1").WaitForAsync();
        await editor.OnVersionAsync(1, "Rollback to this version");
        await Patiently.Expect(editor.Versions).ToHaveCountAsync(3);
        await editor.Node("First1").WaitForAsync();
        Assert.Equal((3, "First1"), await LatestAsync("versions"));
    }

    [Fact]
    public async Task A_workflow_goes_out_as_a_file_and_comes_in_as_another()
    {
        await SaveAsync("outgoing", "Sent1", publish: true);
        var editor = await EditorPage.OpenAsync(Page, "outgoing");
        await editor.OpenMenuAsync("Export");
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Export" }).ClickAsync());
        Assert.Equal("outgoing-v1.json", download.SuggestedFilename);
        await using var stream = await download.CreateReadStreamAsync();
        var definition = (await JsonNode.ParseAsync(stream, cancellationToken: Token))!;

        definition["definitionId"] = "incoming";
        definition["id"] = null;
        definition["name"] = "Incoming";
        var list = await WorkflowListPage.OpenAsync(Page);
        await Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "incoming.json", MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes(definition.ToJsonString()) });
        await list.Row("Incoming").First.WaitForAsync();
        await StudioSite.ScreenshotAsync(Page, "workflows-imported");
        Assert.Equal((1, "Sent1"), await LatestAsync("incoming"));
    }

    [Fact]
    public async Task A_workflow_becomes_an_activity_at_once_and_one_activity_is_tried()
    {
        await SaveAsync("host", "Tried1", publish: false);
        await SaveAsync("used", "Inner1", publish: true, """{ "usableAsActivity": true, "activityCategory": "Shared" }""");
        var editor = await EditorPage.OpenAsync(Page, "host");
        await editor.SelectAsync("Tried1");
        await editor.OpenTabAsync("Test");
        await editor.Details.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Patiently.Expect(editor.Details).ToContainTextAsync("Completed");
        await Patiently.Expect(editor.Details).ToContainTextAsync("said by Tried1");

        await editor.SavedAsync(() => editor.DropAsync("Shared", "used", 60, 320));
        await StudioSite.ScreenshotAsync(Page, "editor-workflow-as-activity");
        var root = (await Site.Server.GetJsonAsync("/elsa/api/workflow-definitions/by-definition-id/host")).GetProperty("root");
        Assert.Contains("used", root.GetProperty("activities").EnumerateArray().Select(a => a.TryGetProperty("workflowDefinitionId", out var id) ? id.GetString() : null));
    }

    private async Task SaveAsync(string definitionId, string activity, bool publish, string options = "{}")
    {
        var saved = await Site.Server.PostAsync("/elsa/api/workflow-definitions", $$"""
            { "model": { "definitionId": "{{definitionId}}", "name": "{{definitionId}}", "options": {{options}}, "root": { "id": "f", "type": "Elsa.Flowchart", "version": 1, "activities": [
                { "id": "a", "name": "{{activity}}", "type": "Elsa.WriteLine", "version": 1, "text": { "typeName": "String", "expression": { "type": "Literal", "value": "said by {{activity}}" } } }
              ], "connections": [] } }, "publish": {{(publish ? "true" : "false")}} }
            """);
        Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync(Token));
    }

    private async Task<(int Version, string? Activity)> LatestAsync(string definitionId)
    {
        var definition = await Site.Server.GetJsonAsync($"/elsa/api/workflow-definitions/by-definition-id/{definitionId}?versionOptions=Latest");
        return (definition.GetProperty("version").GetInt32(), definition.GetProperty("root").GetProperty("activities")[0].GetProperty("name").GetString());
    }
}
