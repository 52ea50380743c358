using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>Studio's page of a run: journal, canvas with badges, details.</summary>
internal sealed class RunPage(IPage page)
{
    /// <summary>The run that is open.</summary>
    public string RunId => page.Url.Split('/')[^2];

    /// <summary>What has happened, as texts.</summary>
    public ILocator Journal => page.Locator(".mud-timeline");

    /// <summary>The tabs below the canvas.</summary>
    public ILocator Details => page.Locator(".rz-splitter-vertical > .rz-splitter-pane").Last;

    /// <summary>The tabs on the right.</summary>
    public ILocator Properties => page.Locator(".rz-splitter-horizontal > .rz-splitter-pane").Last;

    public static async Task<RunPage> OpenAsync(IPage page, string runId)
    {
        await page.VisitAsync($"/workflows/instances/{runId}/view");
        var run = new RunPage(page);
        await run.ReadyAsync();
        return run;
    }

    /// <summary>Waits until the canvas is there.</summary>
    public Task ReadyAsync() => page.Locator(".x6-node").First.WaitForAsync();

    /// <summary>A node of the canvas, by its activity's name.</summary>
    public ILocator Node(string name) => page.Locator(".x6-node").Filter(new() { Has = page.Locator(".activity-label").GetByText(name, new() { Exact = true }) });

    /// <summary>Waits until an activity has a badge: <c>success</c>, <c>error</c>, or <c>warning</c> while it waits.</summary>
    public Task BadgeAsync(string name, string kind) => Patiently.Expect(Node(name).Locator(".mud-badge")).ToHaveClassAsync(new Regex($"mud-theme-{kind}"));

    /// <summary>Selects an activity, and waits until its last execution shows.</summary>
    public async Task SelectAsync(string name, string status)
    {
        await Node(name).Locator(".activity-label").ClickAsync();
        await Patiently.Expect(Details).ToContainTextAsync(new Regex($@"{name}[\s\S]*Status\s*{status}"));
    }

    /// <summary>The executions of the selected activity; their tab must be open.</summary>
    public ILocator Executions => Details.Locator("tbody tr");

    /// <summary>What slides in from the right.</summary>
    public ILocator Drawer => page.Locator(".mud-drawer--open");

    /// <summary>Opens the log of the run, which has a page of its own.</summary>
    public async Task OpenLogAsync()
    {
        await page.GetByText("Open filtered logs").ClickAsync();
        await page.WaitForURLAsync("**/logs");
    }

    /// <summary>Zooms so that the whole canvas is in sight.</summary>
    public async Task ShowAllAsync()
    {
        await page.Locator(".rz-splitter-vertical .mud-tooltip-root > button").First.ClickAsync();
        await page.Mouse.MoveAsync(0, 0);
    }

    /// <summary>Opens one of the tabs of the page.</summary>
    public Task OpenTabAsync(string name) => page.GetByRole(AriaRole.Tab, new() { Name = name }).First.ClickAsync();
}
