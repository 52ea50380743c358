using Dag.Host.Demo;
using Dag.Host.Tests.Docs;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>
/// The workflow that README is about, after a file has arrived. README's picture of it is <c>docs/images/studio.png</c>, written anew with
/// <c>DAG_WRITE_IMAGES=1</c>.
/// </summary>
public sealed class PictureTests(StudioSite site) : BrowserTest(site)
{
    private const int LargestPicture = 200_000;

    [Fact]
    public async Task The_run_of_the_workflow_that_retrains_is_a_picture_for_Readme()
    {
        var server = Site.Server;
        await server.PublishAsync(await File.ReadAllTextAsync(DemoFiles.Workflow(), Token));
        var ended = new TaskCompletionSource<RunSummary>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = server.Engine.Feed.Listen(notice =>
        {
            if (notice is RunChanged { Settled: true } changed && changed.Run.DefinitionId == "retrain-on-new-data" && changed.Run.FinishedAt is not null)
            {
                ended.TrySetResult(changed.Run);
            }
        });
        Directory.CreateDirectory(DemoFolder.InboxOf(Site.DataFolder));
        File.Copy(Path.Combine(Repository.Root, "node_modules", "vega-datasets", "data", "flights-2k.json"), Path.Combine(DemoFolder.InboxOf(Site.DataFolder), "flights-2k.json"));
        var run = await ended.Task.WaitAsync(TimeSpan.FromMinutes(2), Token);

        await Page.SetViewportSizeAsync(1760, 800);
        var viewer = await RunPage.OpenAsync(Page, run.Id);
        await viewer.BadgeAsync("New flights arrive", "success");
        await viewer.BadgeAsync("Learn the delay", "success");
        await viewer.ShowAllAsync();
        await viewer.Node("Learn the delay").Locator(".activity-label").ClickAsync();
        await Patiently.Expect(viewer.Details).ToContainTextAsync("Dag.TrainModel");
        var picture = await Page.ScreenshotAsync(new() { Animations = ScreenshotAnimations.Disabled });
        await StudioSite.ScreenshotAsync(Page, "retrain");
        if (Environment.GetEnvironmentVariable("DAG_WRITE_IMAGES") == "1")
        {
            Assert.True(picture.Length < LargestPicture, $"The picture has {picture.Length} bytes.");
            var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "docs", "images")).FullName;
            await File.WriteAllBytesAsync(Path.Combine(folder, "studio.png"), picture, Token);
        }
    }
}
