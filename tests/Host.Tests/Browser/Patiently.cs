using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>Playwright's expectations, with the patience that all waiting here has.</summary>
internal static class Patiently
{
    /// <summary>How long one attempt is given to show, in milliseconds.</summary>
    private const float Attempt = 3000;

    /// <summary>What a part of a page is expected to become.</summary>
    public static ILocatorAssertions Expect(ILocator locator) => Expect(locator, StudioSite.Patience);

    /// <summary>What a page is expected to become.</summary>
    public static IPageAssertions Expect(IPage page)
    {
        Assertions.SetDefaultExpectTimeout(StudioSite.Patience);
        return Assertions.Expect(page);
    }

    /// <summary>
    /// Does something until it shows. Studio loses clicks while it draws anew what they are meant for, and its lists do so every few seconds.
    /// </summary>
    /// <param name="act">What is done. It is done again after an attempt of which nothing shows, so doing it twice must do no harm.</param>
    /// <param name="place">Where it shows.</param>
    /// <param name="shows">What shows there when it is done.</param>
    public static async Task DoAsync(Func<Task> act, ILocator place, Func<ILocatorAssertions, Task> shows)
    {
        var page = place.Page;
        var until = Environment.TickCount64 + (long)StudioSite.Patience;
        page.SetDefaultTimeout(Attempt);
        try
        {
            while (true)
            {
                try
                {
                    await act();
                }
                catch (TimeoutException) when (Environment.TickCount64 < until)
                {
                    // What it is done to is not there: it may just be drawn anew, or an earlier attempt shows late.
                }

                try
                {
                    await shows(Expect(place, Attempt));
                    return;
                }
                catch (PlaywrightException) when (Environment.TickCount64 < until)
                {
                }
            }
        }
        finally
        {
            page.SetDefaultTimeout(StudioSite.Patience);
        }
    }

    private static ILocatorAssertions Expect(ILocator locator, float patience)
    {
        // The setting is one of the asynchronous flow, so that a fixture cannot make it for its tests.
        Assertions.SetDefaultExpectTimeout(patience);
        return Assertions.Expect(locator);
    }
}
