using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>Studio's list of workflows.</summary>
internal sealed class WorkflowListPage(IPage page)
{
    public const string Path = "/workflows";

    /// <summary>Opens the list, and searches it if a text is given: a page has ten workflows, and tests share the service.</summary>
    public static async Task<WorkflowListPage> OpenAsync(IPage page, string? search = null)
    {
        await page.VisitAsync(Path);
        var list = new WorkflowListPage(page);
        await list.ReadyAsync();
        if (search is not null)
        {
            await list.SearchAsync(search);
        }

        return list;
    }

    /// <summary>Waits until the list is there.</summary>
    public async Task ReadyAsync()
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Create workflow" }).WaitForAsync();
        await Rows.First.WaitForAsync();
    }

    /// <summary>Lists only the workflows that have a text in their names.</summary>
    public Task SearchAsync(string text) => Patiently.DoAsync(
        async () =>
        {
            if (await SearchBox.InputValueAsync() != text)
            {
                await SearchBox.FillAsync(text);
                await SearchBox.PressAsync("Enter");
            }
        },
        Rows.Filter(new() { HasNotText = text }),
        r => r.ToHaveCountAsync(0));

    /// <summary>The row of a workflow.</summary>
    public ILocator Row(string name) => Rows.Filter(new() { HasText = name });

    /// <summary>What a row says of the latest version, and of the published one: <c>-</c> when there is none.</summary>
    public ILocator Published(string name) => Row(name).Locator("td").Nth(4);

    /// <summary>What Studio tells its user.</summary>
    public ILocator Notice => page.Locator(".mud-snackbar");

    private ILocator Rows => page.Locator("elsa-workflow-definition-list tbody tr");

    private ILocator SearchBox => page.GetByPlaceholder("Search on Id");

    private ILocator Popover => page.Locator(".mud-popover-open");

    private ILocator Dialog => page.GetByRole(AriaRole.Dialog);

    /// <summary>Chooses from the menu of a workflow's row.</summary>
    public Task ChooseAsync(string name, string action) => ChooseAsync(Row(name).Locator(".mud-menu button"), action);

    /// <summary>Chooses from the menu of actions on several workflows.</summary>
    public async Task ChooseAsync(IEnumerable<string> names, string action)
    {
        foreach (var name in names)
        {
            var box = Row(name).Locator("input[type=checkbox]");
            await Patiently.DoAsync(() => box.SetCheckedAsync(true), box, b => b.ToBeCheckedAsync());
        }

        await ChooseAsync(page.GetByRole(AriaRole.Button, new() { Name = "Bulk actions" }), action);
    }

    /// <summary>Agrees to what the dialog asks.</summary>
    public Task AgreeAsync(string agreement) => Patiently.DoAsync(
        () => Dialog.GetByRole(AriaRole.Button, new() { Name = agreement, Exact = true }).ClickAsync(), Dialog, d => d.ToHaveCountAsync(0));

    /// <summary>Agrees to export, together with the workflows that use what is exported.</summary>
    public Task<IDownload> ExportWithUsersAsync() => page.RunAndWaitForDownloadAsync(async () =>
    {
        var box = Dialog.GetByRole(AriaRole.Checkbox);
        await Patiently.DoAsync(() => box.SetCheckedAsync(true), box, b => b.ToBeCheckedAsync());
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Export", Exact = true }).ClickAsync();
    });

    /// <summary>Brings in workflows from a file.</summary>
    public Task ImportAsync(FilePayload file) => page.Locator("input[type=file]").SetInputFilesAsync(file);

    // An item that was chosen closes the menu.
    private async Task ChooseAsync(ILocator menu, string action)
    {
        var item = Popover.Locator(".mud-menu-item").Filter(new() { HasTextRegex = new Regex($"^{action}$") });
        await Patiently.DoAsync(() => menu.ClickAsync(), item, i => i.ToBeVisibleAsync());
        await item.ClickAsync();
    }

    /// <summary>Creates a workflow, whose editor opens.</summary>
    public async Task<EditorPage> CreateAsync(string name)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Create workflow" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        // The dialog looks for a free name of its own and fills it in.
        var field = dialog.GetByRole(AriaRole.Textbox, new() { Name = "Name", Exact = true });
        await Patiently.Expect(field).ToHaveValueAsync(new Regex("^Workflow "));
        await field.FillAsync(name);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Ok" }).ClickAsync();
        await page.WaitForURLAsync("**/workflows/definitions/*/edit");
        var editor = new EditorPage(page);
        await editor.ReadyAsync();
        return editor;
    }
}
