using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>Studio's list of runs. It is loaded anew every few seconds, so all that is done here is done until it shows.</summary>
internal sealed class RunListPage(IPage page)
{
    public const string Path = "/workflows/instances";

    /// <summary>The rows of the page that is shown.</summary>
    public ILocator Rows => page.Locator("elsa-workflow-instance-list tbody tr:has(td[data-label='ID'])");

    /// <summary>Which of how many runs are shown, such as <c>1-10 of 12</c>.</summary>
    public ILocator Shown => page.Locator(".mud-table-page-number-information");

    /// <summary>What Studio tells its user.</summary>
    public ILocator Notice => page.Locator(".mud-snackbar");

    /// <summary>The bar that tells of an error that Studio could not handle.</summary>
    public ILocator ErrorBar => page.Locator("#blazor-error-ui");

    private ILocator Popover => page.Locator(".mud-popover-open");

    private ILocator Dialog => page.GetByRole(AriaRole.Dialog);

    private ILocator BulkActions => page.GetByRole(AriaRole.Button, new() { Name = "Bulk actions" });

    private ILocator SearchBox => page.GetByPlaceholder("Search on Id");

    private ILocator RowsPerPage => page.Locator(".mud-table-pagination-select");

    public static async Task<RunListPage> OpenAsync(IPage page)
    {
        await page.VisitAsync(Path);
        var list = new RunListPage(page);
        await list.ReadyAsync();
        return list;
    }

    /// <summary>Waits until the list is there.</summary>
    public Task ReadyAsync() => Rows.First.WaitForAsync();

    /// <summary>The row of a run.</summary>
    public ILocator Row(string runId) => Rows.Filter(new() { HasText = runId });

    /// <summary>How a run stands, as its row says.</summary>
    public ILocator SubStatus(string runId) => Row(runId).Locator("td[data-label='SubStatus']");

    /// <summary>Searches for a text, and waits until so many runs are found.</summary>
    public Task SearchAsync(string text, int found) => Patiently.DoAsync(
        async () =>
        {
            if (await SearchBox.InputValueAsync() != text)
            {
                await SearchBox.FillAsync(text);
            }
        },
        Shown,
        s => s.ToHaveTextAsync(new Regex($"of {found}$")));

    /// <summary>Lists only the runs that stand so, and waits until so many are found.</summary>
    public async Task FilterAsync(string subStatus, int found)
    {
        var filter = page.Locator(".mud-table-toolbar .mud-select-extended").Filter(new() { Has = page.Locator("label").GetByText("Sub status", new() { Exact = true }) });
        var chosen = filter.Locator(".mud-chip").GetByText(subStatus, new() { Exact = true });
        await Patiently.DoAsync(
            async () =>
            {
                if (!await Popover.IsVisibleAsync())
                {
                    await filter.Locator(".mud-input").First.ClickAsync();
                }

                await Popover.GetByText(subStatus, new() { Exact = true }).ClickAsync();
            },
            chosen,
            c => c.ToBeVisibleAsync());
        await ClosePopoverAsync();
        await Patiently.Expect(Shown).ToHaveTextAsync(new Regex($"of {found}$"));
    }

    /// <summary>Sorts by a column, until this run comes first.</summary>
    public Task SortAsync(string column, string first) => Patiently.DoAsync(
        () => page.Locator("thead .mud-table-sort-label").Filter(new() { HasText = column }).ClickAsync(),
        Rows.First,
        r => r.ToContainTextAsync(first));

    /// <summary>Shows so many runs on a page.</summary>
    public Task ShowAsync(int rows, string shown) => Patiently.DoAsync(
        async () =>
        {
            await RowsPerPage.Locator(".mud-input").First.ClickAsync();
            await Popover.GetByText($"{rows}", new() { Exact = true }).ClickAsync();
        },
        Shown,
        s => s.ToHaveTextAsync(shown));

    /// <summary>Turns to the next page.</summary>
    public Task NextPageAsync(string shown) => TurnAsync("Next page", shown);

    /// <summary>Turns to the page before.</summary>
    public Task PreviousPageAsync(string shown) => TurnAsync("Previous page", shown);

    /// <summary>Does something with a run, and agrees when asked.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="action">The item of its menu.</param>
    /// <param name="agreement">The button that agrees.</param>
    public async Task DoAsync(string runId, string action, string agreement)
    {
        await AskAsync(Row(runId).Locator(".mud-menu button"), action);
        await AgreeAsync(agreement);
    }

    /// <summary>Does something with several runs, and agrees when asked.</summary>
    /// <param name="runIds">The runs.</param>
    /// <param name="action">The item of the menu.</param>
    /// <param name="agreement">The button that agrees.</param>
    public async Task DoAsync(IEnumerable<string> runIds, string action, string agreement)
    {
        await ChooseAsync(runIds);
        await AskAsync(BulkActions, action);
        await AgreeAsync(agreement);
    }

    /// <summary>Cancels all runs that the filters find, on other pages too. Studio asks for one of them to be chosen all the same.</summary>
    public async Task CancelAllAsync(string chosen)
    {
        await ChooseAsync([chosen]);
        await AskAsync(BulkActions, "Cancel");
        var all = Dialog.GetByRole(AriaRole.Checkbox);
        await Patiently.DoAsync(() => all.SetCheckedAsync(true), all, a => a.ToBeCheckedAsync());
        await AgreeAsync("Yes");
    }

    /// <summary>Brings in a run from a file.</summary>
    public Task ImportAsync(FilePayload file) => page.Locator("#instance-file-upload-button-wrapper input[type=file]").SetInputFilesAsync(file);

    private async Task ChooseAsync(IEnumerable<string> runIds)
    {
        foreach (var runId in runIds)
        {
            var box = Row(runId).Locator("input[type=checkbox]");
            await Patiently.DoAsync(() => box.SetCheckedAsync(true), box, b => b.ToBeCheckedAsync());
        }
    }

    private Task TurnAsync(string button, string shown) => Patiently.DoAsync(
        () => page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync(), Shown, s => s.ToHaveTextAsync(shown));

    private Task AskAsync(ILocator menu, string action) => Patiently.DoAsync(
        async () =>
        {
            if (!await Popover.IsVisibleAsync())
            {
                await menu.ClickAsync();
            }

            await Popover.GetByText(action, new() { Exact = true }).ClickAsync();
        },
        Dialog,
        d => d.ToBeVisibleAsync());

    private Task AgreeAsync(string agreement) => Patiently.DoAsync(
        () => Dialog.GetByRole(AriaRole.Button, new() { Name = agreement, Exact = true }).ClickAsync(), Dialog, d => d.ToHaveCountAsync(0));

    private Task ClosePopoverAsync() => Patiently.DoAsync(
        () => page.Locator(".mud-overlay").First.ClickAsync(), Popover, p => p.ToHaveCountAsync(0));
}
