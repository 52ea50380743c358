using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>Studio's list of workflows.</summary>
internal sealed class WorkflowListPage(IPage page)
{
    public const string Path = "/workflows";

    public static async Task<WorkflowListPage> OpenAsync(IPage page, string path = Path)
    {
        await page.GotoAsync(path);
        var list = new WorkflowListPage(page);
        await list.ReadyAsync();
        return list;
    }

    /// <summary>Waits until the list is there.</summary>
    public async Task ReadyAsync()
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Create workflow" }).WaitForAsync();
        await page.Locator("elsa-workflow-definition-list tbody tr").First.WaitForAsync();
    }

    /// <summary>The row of a workflow.</summary>
    public ILocator Row(string name) => page.Locator("elsa-workflow-definition-list tbody tr").Filter(new() { HasText = name });

    /// <summary>Creates a workflow, whose editor opens.</summary>
    public async Task<EditorPage> CreateAsync(string name)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Create workflow" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        // The dialog looks for a free name of its own and fills it in.
        var field = dialog.GetByRole(AriaRole.Textbox, new() { Name = "Name", Exact = true });
        await Patiently.Expect(field).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^Workflow "));
        await field.FillAsync(name);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Ok" }).ClickAsync();
        await page.WaitForURLAsync("**/workflows/definitions/*/edit");
        var editor = new EditorPage(page);
        await editor.ReadyAsync();
        return editor;
    }
}
