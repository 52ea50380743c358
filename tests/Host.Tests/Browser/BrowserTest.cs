using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>A test with a page, which it leaves to the next one if all went well. However it goes, nothing may have been asked of another machine, and the console has to be empty.</summary>
[Collection(BrowserTests.Name)]
public abstract class BrowserTest(StudioSite site) : IAsyncLifetime
{
    private readonly List<(IPage Page, Traffic Traffic)> _pages = [];

    internal StudioSite Site => site;

    internal IPage Page => _pages[0].Page;

    internal Traffic Traffic => _pages[0].Traffic;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => Watch(await site.TakePageAsync(), site.Server.Client.BaseAddress!);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        var failed = TestContext.Current.TestState?.Result == TestResult.Failed;
        foreach (var ((page, traffic), index) in _pages.Select((p, i) => (p, i)))
        {
            traffic.Dispose();
            if (failed && !page.IsClosed)
            {
                await StudioSite.ScreenshotAsync(page, $"failed-{TestContext.Current.TestMethod!.MethodName}-{index}");
            }

            if (failed || page != Page || !await site.LeavePageAsync(page))
            {
                await page.CloseAsync();
            }
        }

        if (!failed)
        {
            Assert.All(_pages, p => p.Traffic.AssertClean());
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Another page, watched as the first is.</summary>
    private protected async Task<(IPage Page, Traffic Traffic)> NewPageAsync(IBrowserContext profile, Uri? address = null) =>
        Watch(await profile.NewPageAsync(), address ?? site.Server.Client.BaseAddress!);

    private (IPage Page, Traffic Traffic) Watch(IPage page, Uri address)
    {
        var watched = (page, new Traffic(page, address));
        _pages.Add(watched);
        return watched;
    }
}
