using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>Studio's list of runs.</summary>
internal sealed class RunListPage(IPage page)
{
    public const string Path = "/workflows/instances";

    /// <summary>The rows of the page that is shown.</summary>
    public ILocator Rows => page.Locator("elsa-workflow-instance-list tbody tr");

    /// <summary>Which rows of how many are shown, as a text.</summary>
    public ILocator Caption => page.Locator("elsa-workflow-instance-list .mud-table-pagination-caption").Last;

    public static async Task<RunListPage> OpenAsync(IPage page)
    {
        await page.GotoAsync(Path);
        var list = new RunListPage(page);
        await list.ReadyAsync();
        return list;
    }

    /// <summary>Waits until the list is there, and what its filters offer.</summary>
    public async Task ReadyAsync()
    {
        await Rows.First.WaitForAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
    }

    /// <summary>Shows only what is so: a workflow, a status or a sub status.</summary>
    public async Task FilterAsync(string by, string value)
    {
        await page.Locator(".mud-table-toolbar > .mud-select-extended").Filter(new() { HasText = by }).First.Locator(".mud-input").First.ClickAsync();
        await page.Locator(".mud-popover-open").GetByText(value, new() { Exact = true }).ClickAsync();
        await page.Locator(".mud-overlay").ClickAsync(new() { Position = new() { X = 5, Y = 5 } });
    }

    /// <summary>Searches.</summary>
    public async Task SearchAsync(string text)
    {
        var field = page.GetByPlaceholder("Search on Id");
        await field.FillAsync(text);
        await field.PressAsync("Enter");
    }

    /// <summary>Sorts by a column; again for the other way round.</summary>
    public Task SortAsync(string column) => page.Locator("thead .mud-table-sort-label").Filter(new() { HasText = column }).ClickAsync();

    /// <summary>Goes to the next page.</summary>
    public Task NextAsync() => page.Locator(".mud-table-pagination-actions button").Nth(2).ClickAsync();

    /// <summary>Does something with a run, and confirms it.</summary>
    public async Task OnRunAsync(string runId, string action)
    {
        await Rows.Filter(new() { HasText = runId }).Locator(".mud-menu button").ClickAsync();
        await ConfirmAsync(action);
    }

    /// <summary>Does something with all runs that are shown, and confirms it.</summary>
    public async Task OnAllAsync(string action)
    {
        await page.Locator("thead .mud-checkbox").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Bulk actions" }).ClickAsync();
        await ConfirmAsync(action);
    }

    private async Task ConfirmAsync(string action)
    {
        await page.Locator(".mud-popover-open").GetByText(action, new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button).Last.ClickAsync();
    }
}
