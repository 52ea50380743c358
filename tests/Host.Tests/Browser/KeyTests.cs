using Dag.Host.Tests.Web;
using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>The service has a key: the browser is asked for it once, and then all of Studio works, its sockets too.</summary>
public sealed class KeyTests(StudioSite site) : BrowserTest(site)
{
    private const string Key = "correct horse battery staple";

    [Fact]
    public async Task The_key_is_asked_for_once_and_runs_are_watched_over_sockets()
    {
        await using var server = await TestServer.StartAsync("http://0.0.0.0:0", Key);
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", Key);
        await server.PublishAsync(FlowJson.Sequence("guarded", FlowJson.Event("e", "guarded"), FlowJson.WriteLine("w", "done")));
        var run = await server.StartRunAsync("guarded");

        await using var profile = await Site.NewProfileAsync(server.Client.BaseAddress!.ToString());
        var (page, traffic) = await NewPageAsync(profile, server.Client.BaseAddress);
        traffic.Expected = "401";
        var view = $"/workflows/instances/{run}/view";
        await page.GotoAsync(view);
        await page.WaitForURLAsync("**/sign-in?to=*");
        await StudioSite.ScreenshotAsync(page, "sign-in");
        await PageLook.AssertFitsAsync(page, fills: true);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await PageLook.AssertReadableAsync(page);
        await StudioSite.ScreenshotAsync(page, "sign-in-dark");

        await page.GetByLabel("The key of this service").FillAsync("wrong");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Patiently.Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("This is not the key.");
        await page.GetByLabel("The key of this service").FillAsync(Key);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await page.WaitForURLAsync("**" + view);
        var viewer = new RunPage(page);
        await viewer.BadgeAsync("Event", "warning");
        await traffic.QuietAsync();
        Assert.Contains(traffic.Sockets, s => !s.IsClosed);

        await server.PostAsync("/api/v1/events/guarded", "{}");
        await viewer.BadgeAsync("Write Line", "success");
        var log = await LogPage.OpenAsync(page, run);
        await Patiently.Expect(log.State).ToHaveTextAsync("The run is over: Finished.");
        await Patiently.Expect(log.Lines.Filter(new() { HasText = "done" })).ToHaveCountAsync(1);
        Assert.DoesNotContain(traffic.Requests, r => r.Url.Contains(Uri.EscapeDataString(Key), StringComparison.Ordinal));
    }
}
