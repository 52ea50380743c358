using System.IO.Compression;
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
    public async Task Versions_are_deleted_one_and_several_and_the_workflow_is_taken_back()
    {
        for (var version = 1; version <= 4; version++)
        {
            await SaveAsync("history", $"V{version}", publish: true);
        }

        var editor = await EditorPage.OpenAsync(Page, "history");
        await editor.OpenMenuAsync("Unpublish");
        await Patiently.Expect(editor.Notice).ToContainTextAsync("Workflow unpublished");
        await editor.OpenTabAsync("Version history");
        await Patiently.Expect(editor.Versions).ToHaveCountAsync(4);

        await editor.OnVersionAsync(1, "Delete");
        await editor.AgreeAsync();
        await Patiently.Expect(editor.Versions).ToHaveCountAsync(3);
        await editor.DeleteVersionsAsync(1, 2);
        await Patiently.Expect(editor.Versions).ToHaveCountAsync(1);
        await StudioSite.ScreenshotAsync(Page, "versions-deleted");

        var left = await Site.Server.GetJsonAsync("/elsa/api/workflow-definitions?versionOptions=AllVersions&DefinitionIds=history");
        Assert.Equal((4, false), left.GetProperty("items").EnumerateArray().Select(v => (v.GetProperty("version").GetInt32(), v.GetProperty("isPublished").GetBoolean())).Single());
    }

    [Fact]
    public async Task Workflows_are_published_taken_back_copied_and_deleted_from_the_list()
    {
        await SaveAsync("row-one", "One1", publish: true);
        await SaveAsync("row-two", "Two1", publish: true);
        var list = await WorkflowListPage.OpenAsync(Page, "row-");

        await list.ChooseAsync("row-one", "Unpublish");
        await Patiently.Expect(list.Published("row-one")).ToHaveTextAsync("-");
        await list.ChooseAsync("row-one", "Publish");
        await Patiently.Expect(list.Published("row-one")).ToHaveTextAsync("1");
        await list.ChooseAsync("row-one", "Duplicate");
        await list.AgreeAsync("Ok");
        await list.Row("row-one - Duplicate").First.WaitForAsync();
        await list.ChooseAsync("row-one - Duplicate", "Delete");
        await list.AgreeAsync("Delete");
        await Patiently.Expect(list.Row("row-one - Duplicate")).ToHaveCountAsync(0);

        await list.ChooseAsync(["row-one", "row-two"], "Unpublish");
        await list.AgreeAsync("Unpublish");
        await Patiently.Expect(list.Published("row-two")).ToHaveTextAsync("-");
        await StudioSite.ScreenshotAsync(Page, "workflows-unpublished");
        list = await WorkflowListPage.OpenAsync(Page, "row-");
        await list.ChooseAsync(["row-one", "row-two"], "Publish");
        await list.AgreeAsync("Publish");
        await Patiently.Expect(list.Published("row-two")).ToHaveTextAsync("1");
        list = await WorkflowListPage.OpenAsync(Page, "row-");
        await list.ChooseAsync(["row-one", "row-two"], "Delete");
        await list.AgreeAsync("Delete");
        await Patiently.Expect(list.Row("row-")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_workflow_goes_out_in_an_archive_with_those_that_use_it_and_they_come_in_again()
    {
        await SaveAsync("packed", "Packed1", publish: true, """{ "usableAsActivity": true }""");
        await SaveUserAsync("wrapping", "Packed");
        var list = await WorkflowListPage.OpenAsync(Page, "packed");
        await list.ChooseAsync("packed", "Export");
        var download = await list.ExportWithUsersAsync();
        var archive = new MemoryStream();
        await using (var stream = await download.CreateReadStreamAsync())
        {
            await stream.CopyToAsync(archive, Token);
        }

        Assert.Equal(["packed-v1.json", "wrapping-v1.json"], new ZipArchive(archive).Entries.Select(e => e.FullName).Order());
        foreach (var definitionId in (string[])["wrapping", "packed"])
        {
            await Site.Server.Client.DeleteAsync($"/elsa/api/workflow-definitions/{definitionId}", Token);
        }

        list = await WorkflowListPage.OpenAsync(Page);
        await list.ImportAsync(new FilePayload { Name = download.SuggestedFilename, MimeType = "application/zip", Buffer = archive.ToArray() });
        await Patiently.Expect(list.Notice).ToContainTextAsync("2 workflows imported");
        Assert.Equal((1, "Packed1"), await LatestAsync("packed"));
        Assert.Equal((1, "User1"), await LatestAsync("wrapping"));
    }

    [Fact]
    public async Task A_workflow_that_is_used_takes_along_those_that_want_it_and_others_choose_its_version()
    {
        await SaveAsync("taking", "Taking1", publish: true, """{ "usableAsActivity": true, "autoUpdateConsumingWorkflows": true }""");
        await SaveAsync("leaving", "Leaving1", publish: true, """{ "usableAsActivity": true }""");
        await SaveUserAsync("follows", "Taking");
        await SaveUserAsync("stays", "Leaving");
        var editor = await EditorPage.OpenAsync(Page, "taking");
        await editor.SelectAsync("Taking1");
        await editor.TypeAsync("Text", "said anew");
        await editor.PublishAsync();
        await Patiently.Expect(editor.Notice.Last).ToContainTextAsync("1 consuming workflow(s) updated");
        Assert.Equal(2, await UsedVersionAsync("follows"));

        await SaveAsync("leaving", "Leaving1", publish: true, """{ "usableAsActivity": true }""");
        Assert.Equal(1, await UsedVersionAsync("stays"));
        editor = await EditorPage.OpenAsync(Page, "stays");
        await editor.SelectAsync("User1");
        await editor.OpenTabAsync("Version");
        await StudioSite.ScreenshotAsync(Page, "activity-versions");
        await editor.SavedAsync(() => editor.UseVersionAsync(0));
        Assert.Equal(2, await UsedVersionAsync("stays"));
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
        await list.ImportAsync(new FilePayload { Name = "incoming.json", MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes(definition.ToJsonString()) });
        await list.Notice.First.WaitForAsync();
        await list.SearchAsync("Incoming");
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

    private Task SaveUserAsync(string definitionId, string activityType) => Site.Server.PublishAsync($$"""
        { "definitionId": "{{definitionId}}", "name": "{{definitionId}}", "root": { "id": "f", "type": "Elsa.Flowchart", "version": 1, "activities": [
            { "id": "u", "name": "User1", "type": "{{activityType}}", "version": 1, "workflowDefinitionId": "{{activityType.ToLowerInvariant()}}" }
          ], "connections": [] } }
        """);

    private async Task<int> UsedVersionAsync(string definitionId)
    {
        var definition = await Site.Server.GetJsonAsync($"/elsa/api/workflow-definitions/by-definition-id/{definitionId}?versionOptions=Latest");
        return definition.GetProperty("root").GetProperty("activities")[0].GetProperty("version").GetInt32();
    }

    private async Task<(int Version, string? Activity)> LatestAsync(string definitionId)
    {
        var definition = await Site.Server.GetJsonAsync($"/elsa/api/workflow-definitions/by-definition-id/{definitionId}?versionOptions=Latest");
        return (definition.GetProperty("version").GetInt32(), definition.GetProperty("root").GetProperty("activities")[0].GetProperty("name").GetString());
    }
}
