using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>Studio's list of runs.</summary>
internal sealed class RunListPage(IPage page)
{
    public const string Path = "/workflows/instances";

    /// <summary>The rows of the page that is shown.</summary>
    public ILocator Rows => page.Locator("elsa-workflow-instance-list tbody tr");

    public static async Task<RunListPage> OpenAsync(IPage page)
    {
        await page.GotoAsync(Path);
        var list = new RunListPage(page);
        await list.ReadyAsync();
        return list;
    }

    /// <summary>Waits until the list is there.</summary>
    public async Task ReadyAsync()
    {
        await Rows.First.WaitForAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
    }
}
