using System.Globalization;
using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>The console around Studio: pages, addresses, files.</summary>
public sealed class ConsoleTests(StudioSite site) : BrowserTest(site)
{
    /// <summary>What the browser may load when it has been here before.</summary>
    private const int SecondLoad = 200_000;

    [Fact]
    public async Task The_first_load_is_compressed_and_the_second_transfers_next_to_nothing()
    {
        await using var profile = await Site.NewProfileAsync();
        var (page, traffic) = await NewPageAsync(profile);
        var transferred = await CountBytesAsync(page);
        await page.GotoAsync("/");
        await new WorkflowListPage(page).ReadyAsync();
        Assert.Equal(WorkflowListPage.Path, new Uri(page.Url).AbsolutePath);
        var first = transferred();

        var responses = await Task.WhenAll(traffic.Requests.Select(r => r.ResponseAsync()));
        var headers = await Task.WhenAll(responses.Where(r => r is not null).Select(async r => (r!.Url, Headers: await r.AllHeadersAsync())));
        var document = headers.Single(h => new Uri(h.Url).AbsolutePath == WorkflowListPage.Path).Headers;
        Assert.DoesNotContain("'unsafe-eval'", document["content-security-policy"], StringComparison.Ordinal);
        var fingerprinted = headers.Where(h => h.Url.Contains("/_framework/", StringComparison.Ordinal) && h.Url.EndsWith(".wasm", StringComparison.Ordinal)).ToList();
        Assert.True(fingerprinted.Count > 50, $"Only {fingerprinted.Count} assemblies were loaded.");
        Assert.All(fingerprinted, f => Assert.Equal(("br", true), (f.Headers["content-encoding"], f.Headers["cache-control"].Contains("immutable", StringComparison.Ordinal))));

        await WorkflowListPage.OpenAsync(page);
        var second = transferred() - first;
        TestContext.Current.SendDiagnosticMessage("First load {0:N0} bytes, second {1:N0}.", first, second);
        Assert.True(second < SecondLoad, $"The second load transferred {second.ToString("N0", CultureInfo.InvariantCulture)} bytes.");
    }

    [Fact]
    public async Task Pages_fit_and_can_be_read_in_light_and_dark_in_small_and_large_windows()
    {
        await Site.Server.PublishAsync(FlowJson.Sequence("look", FlowJson.WriteLine("a", "one")));
        await WorkflowListPage.OpenAsync(Page);
        await LookAsync("workflows", fills: false);
        await RunListPage.OpenAsync(Page);
        await LookAsync("runs", fills: false);
        await EditorPage.OpenAsync(Page, "look");
        await LookAsync("editor", fills: true);
    }

    [Fact]
    public async Task Links_back_forward_and_reload_land_on_the_page_that_they_name()
    {
        var server = Site.Server;
        await server.PublishAsync(FlowJson.Sequence("land", FlowJson.WriteLine("landed", "one")));
        var run = await server.StartRunAsync("land");
        await server.WaitAsync(run, "Finished");

        // Studio's list opens the editor, and back leads to the list again.
        var list = await WorkflowListPage.OpenAsync(Page, "land");
        await list.Row("land").GetByText("land").First.ClickAsync();
        await Page.WaitForURLAsync("**/workflows/definitions/land/edit");
        await new EditorPage(Page).ReadyAsync();
        await Page.GoBackAsync();
        await list.ReadyAsync();
        await Page.GoForwardAsync();
        await new EditorPage(Page).ReadyAsync();

        // The deep link of a run, reloaded; its link to the definition is Studio's own, from the root.
        await Page.GotoAsync($"/workflows/instances/{run}/view");
        var viewer = new RunPage(Page);
        await viewer.ReadyAsync();
        await Page.ReloadAsync();
        await viewer.ReadyAsync();
        await Page.Locator("a[href*='/workflows/definitions/land/edit']").First.ClickAsync();
        await Page.WaitForURLAsync("**/workflows/definitions/land/edit");
        await new EditorPage(Page).ReadyAsync();

        await Page.GetByRole(AriaRole.Link, new() { Name = "Runs" }).ClickAsync();
        await new RunListPage(Page).ReadyAsync();
        await Patiently.Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Runs" })).ToHaveAttributeAsync("aria-current", "page");

        // The log of a run is not a page of Studio; back leads to the list all the same.
        await Page.EvaluateAsync("path => Blazor.navigateTo(path)", LogPage.PathOf(run));
        await Patiently.Expect(new LogPage(Page).State).ToHaveTextAsync("The run is over: Finished.");
        await Page.GoBackAsync();
        await new RunListPage(Page).ReadyAsync();
    }

    [Fact]
    public async Task Studio_stays_loaded_from_page_to_page()
    {
        var server = Site.Server;
        await server.PublishAsync(FlowJson.Sequence("stays-loaded", FlowJson.WriteLine("w", "one")));
        var run = await server.StartRunAsync("stays-loaded");
        await server.WaitAsync(run, "Finished");
        var list = await WorkflowListPage.OpenAsync(Page, "stays-loaded");
        var started = Starts();

        await list.Row("stays-loaded").GetByText("stays-loaded").First.ClickAsync();
        var editor = new EditorPage(Page);
        await editor.ReadyAsync();
        await Patiently.Expect(Page).ToHaveTitleAsync("Workflow – Dag");
        var viewer = await editor.RunAsync();
        await viewer.BadgeAsync("Write Line", "success");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Runs" }).ClickAsync();
        var runs = new RunListPage(Page);
        await runs.SearchAsync("stays-loaded", found: 2);
        await runs.Row(run).GetByText(run).ClickAsync();
        await Page.WaitForURLAsync($"**/{run}/view");
        await viewer.ReadyAsync();
        await Patiently.Expect(Page).ToHaveTitleAsync("Run – Dag");

        Assert.Equal(started, Starts());

        // Unless it has met an error that it could not handle.
        await Page.EvaluateAsync("() => { document.getElementById('blazor-error-ui').style.display = 'block'; }");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Runs" }).ClickAsync();
        await runs.ReadyAsync();
        await Patiently.Expect(runs.ErrorBar).ToBeHiddenAsync();
        Assert.Equal(started + 1, Starts());

        // Faster than anything can be shown: what is clicked while a page is on its way may be loaded whole.
        foreach (var name in (string[])["Workflows", "Runs", "Workflows", "Runs", "Workflows"])
        {
            await Page.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
        }

        await list.ReadyAsync();
        await Page.WaitForURLAsync("**/workflows?*");
        await Patiently.Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Workflows" })).ToHaveAttributeAsync("aria-current", "page");
        await Patiently.Expect(runs.ErrorBar).ToBeHiddenAsync();

        int Starts() => Traffic.Requests.Count(r => r.ResourceType == "document");
    }

    private async Task LookAsync(string name, bool fills)
    {
        foreach (var (width, height) in new[] { (1280, 800), (1920, 1080) })
        {
            await Page.SetViewportSizeAsync(width, height);
            foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
                await StudioSite.ScreenshotAsync(Page, $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}");
                await PageLook.AssertFitsAsync(Page, fills);
                await PageLook.AssertReadableAsync(Page);
            }
        }
    }

    /// <summary>What the page has transferred so far, as the network saw it: headers and compressed bodies.</summary>
    private static async Task<Func<long>> CountBytesAsync(IPage page)
    {
        var bytes = 0L;
        var session = await page.Context.NewCDPSessionAsync(page);
        session.Event("Network.loadingFinished").OnEvent += (_, e) => Interlocked.Add(ref bytes, (long)e!.Value.GetProperty("encodedDataLength").GetDouble());
        await session.SendAsync("Network.enable");
        return () => Interlocked.Read(ref bytes);
    }
}
