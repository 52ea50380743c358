using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>Studio's page of a run: journal, canvas with badges, details.</summary>
internal sealed class RunPage(IPage page)
{
    public static async Task<RunPage> OpenAsync(IPage page, string runId)
    {
        await page.GotoAsync($"/workflows/instances/{runId}/view");
        var run = new RunPage(page);
        await run.ReadyAsync();
        return run;
    }

    /// <summary>Waits until the canvas is there.</summary>
    public Task ReadyAsync() => page.Locator(".x6-node").First.WaitForAsync();

    /// <summary>A node of the canvas, by its activity's name.</summary>
    public ILocator Node(string name) => page.Locator(".x6-node").Filter(new() { Has = page.Locator(".activity-label").GetByText(name, new() { Exact = true }) });
}
