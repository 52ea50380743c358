using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>The page of a run's log.</summary>
internal sealed class LogPage(IPage page)
{
    /// <summary>Whether the run goes on, or what else there is to say.</summary>
    public ILocator State => page.Locator("#log .state");

    /// <summary>The lines that are shown.</summary>
    public ILocator Lines => page.Locator("#log tbody tr:visible");

    public static string PathOf(string runId) => $"/workflows/instances/{runId}/logs";

    public static async Task<LogPage> OpenAsync(IPage page, string runId)
    {
        await page.GotoAsync(PathOf(runId));
        return new LogPage(page);
    }

    /// <summary>Shows only the lines of an activity, or from a level on.</summary>
    public Task ShowOnlyAsync(string filter, string value) => page.Locator($"#log select[name={filter}]").SelectOptionAsync(value);
}
