namespace Dag.Host.Tests.Browser;

/// <summary>Somebody draws a workflow in Studio.</summary>
public sealed class DesignTests(StudioSite site) : BrowserTest(site)
{
    [Fact]
    public async Task A_workflow_is_created_drawn_saved_and_published()
    {
        var list = await WorkflowListPage.OpenAsync(Page);
        var editor = await list.CreateAsync("Orders");

        await editor.DropAsync("Transform", "Convert to Parquet", 60, 120);
        await editor.DropAsync("Notify", "Notify", 460, 120);
        await editor.SavedAsync(() => editor.ConnectAsync("ConvertToParquet1", "Done", "Notify1"));
        await editor.SelectAsync("ConvertToParquet1");
        await editor.TypeAsync("Dataset", "orders");
        await StudioSite.ScreenshotAsync(Page, "editor-drawn");

        var root = (await Site.Server.GetJsonAsync($"/elsa/api/workflow-definitions/by-definition-id/{editor.DefinitionId}")).GetProperty("root");
        Assert.Equal(["Dag.ConvertToParquet", "Dag.Notify"], root.GetProperty("activities").EnumerateArray().Select(a => a.GetProperty("type").GetString()!).Order());
        var connection = Assert.Single(root.GetProperty("connections").EnumerateArray());
        Assert.Equal("Done", connection.GetProperty("source").GetProperty("port").GetString());
    }
}
