using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>Playwright's expectations, with the patience that all waiting here has.</summary>
internal static class Patiently
{
    /// <summary>What a part of a page is expected to become.</summary>
    public static ILocatorAssertions Expect(ILocator locator)
    {
        // The setting is one of the asynchronous flow, so that a fixture cannot make it for its tests.
        Assertions.SetDefaultExpectTimeout(StudioSite.Patience);
        return Assertions.Expect(locator);
    }
}
