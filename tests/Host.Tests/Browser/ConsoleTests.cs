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
        await WorkflowListPage.OpenAsync(page, "/");
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
        var list = await WorkflowListPage.OpenAsync(Page);
        await list.Row("land").GetByText("land").First.ClickAsync();
        await Page.WaitForURLAsync("**/workflows/definitions/land/edit");
        await new EditorPage(Page).ReadyAsync();
        await Page.GoBackAsync();
        await list.ReadyAsync();
        await Page.GoForwardAsync();
        await new EditorPage(Page).ReadyAsync();

        // The deep link of a run, reloaded; its link to the definition is Studio's own, from the root.
        var viewer = await RunPage.OpenAsync(Page, run);
        await Page.ReloadAsync();
        await viewer.ReadyAsync();
        await Page.Locator("a[href*='/workflows/definitions/land/edit']").First.ClickAsync();
        await Page.WaitForURLAsync("**/workflows/definitions/land/edit");
        await new EditorPage(Page).ReadyAsync();

        await Page.GetByRole(AriaRole.Link, new() { Name = "Runs" }).ClickAsync();
        await new RunListPage(Page).ReadyAsync();
        await Patiently.Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Runs" })).ToHaveAttributeAsync("aria-current", "page");
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
