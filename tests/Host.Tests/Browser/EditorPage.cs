using System.Text.Json;
using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>Studio's editor of a workflow: toolbox, canvas, inputs and outputs of the selected activity.</summary>
internal sealed class EditorPage(IPage page)
{
    /// <summary>The workflow that is open.</summary>
    public string DefinitionId => page.Url.Split('/')[^2];

    /// <summary>The connections on the canvas.</summary>
    public ILocator Edges => page.Locator(".x6-edge");

    /// <summary>The tabs below the canvas.</summary>
    public ILocator Details => page.Locator(".rz-splitter-vertical > .rz-splitter-pane").Last;

    /// <summary>What Studio tells its user.</summary>
    public ILocator Notice => page.Locator(".mud-snackbar");

    private ILocator Canvas => page.Locator(".x6-graph").First;

    public static async Task<EditorPage> OpenAsync(IPage page, string definitionId)
    {
        await page.VisitAsync($"/workflows/definitions/{definitionId}/edit");
        var editor = new EditorPage(page);
        await editor.ReadyAsync();
        return editor;
    }

    /// <summary>Runs what is drawn, and waits for the page of the run.</summary>
    public async Task<RunPage> RunAsync()
    {
        await page.Locator("button.mud-success-text").ClickAsync();
        await page.WaitForURLAsync("**/workflows/instances/*/view");
        var run = new RunPage(page);
        await run.ReadyAsync();
        return run;
    }

    /// <summary>Opens the menu beside the button that publishes, and one of its items.</summary>
    public async Task OpenMenuAsync(string item)
    {
        await page.Locator(".mud-button-group-root button").Nth(1).ClickAsync();
        await page.Locator(".mud-popover-open").GetByText(item, new() { Exact = true }).ClickAsync();
    }

    /// <summary>The rows of the history of versions, the newest first; its tab must be open.</summary>
    public ILocator Versions => page.Locator(".rz-splitter-horizontal > .rz-splitter-pane").Last.Locator("tbody tr");

    /// <summary>Does something with a version.</summary>
    public async Task OnVersionAsync(int row, string action)
    {
        await Versions.Nth(row).Locator(".mud-menu button").ClickAsync();
        await page.Locator(".mud-popover-open").GetByText(action, new() { Exact = true }).ClickAsync();
    }

    /// <summary>Deletes several versions.</summary>
    public async Task DeleteVersionsAsync(params int[] rows)
    {
        foreach (var row in rows)
        {
            await Versions.Nth(row).GetByRole(AriaRole.Checkbox).CheckAsync();
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Bulk actions" }).ClickAsync();
        await page.Locator(".mud-popover-open").GetByText("Delete", new() { Exact = true }).ClickAsync();
        await AgreeAsync();
    }

    /// <summary>Agrees to what a dialog asks.</summary>
    public Task AgreeAsync() => page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "OK" }).ClickAsync();

    /// <summary>Lets the selected activity, which is a workflow, be another version of it; the tab of versions must be open.</summary>
    public async Task UseVersionAsync(int row)
    {
        await Details.Locator("tbody tr").Nth(row).Locator(".mud-menu button").ClickAsync();
        await page.Locator(".mud-popover-open .mud-menu-item").First.ClickAsync();
    }

    /// <summary>Waits until the toolbox and the canvas are there.</summary>
    public async Task ReadyAsync()
    {
        await page.Locator(".mud-expand-panel-header").First.WaitForAsync();
        await Canvas.WaitForAsync();
    }

    /// <summary>A node of the canvas, by its activity's name.</summary>
    public ILocator Node(string name) => page.Locator(".x6-node").Filter(new() { Has = page.Locator(".activity-label").GetByText(name, new() { Exact = true }) });

    /// <summary>Drags an activity from the toolbox to a place on the canvas, in pixels from its corner.</summary>
    public async Task DropAsync(string category, string activity, int x, int y)
    {
        var item = page.Locator("[draggable=true]").Filter(new() { Has = page.GetByText(activity, new() { Exact = true }) });
        if (!await item.IsVisibleAsync())
        {
            await page.Locator(".mud-expand-panel-header").Filter(new() { HasText = category }).ClickAsync();
        }

        var before = await page.Locator(".x6-node").CountAsync();
        await item.DragToAsync(Canvas, new() { TargetPosition = new() { X = x, Y = y } });
        await Patiently.Expect(page.Locator(".x6-node")).ToHaveCountAsync(before + 1);
    }

    /// <summary>Draws a connection from a port to another activity.</summary>
    public async Task ConnectAsync(string from, string port, string to)
    {
        var before = await Edges.CountAsync();
        var (startX, startY) = await CentreAsync(Node(from).Locator($".x6-port-body[port='{port}']"));
        var (endX, endY) = await CentreAsync(Node(to).Locator(".x6-port-body[port='In']"));
        await page.Mouse.MoveAsync(startX, startY);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync((startX + endX) / 2, (startY + endY) / 2, new() { Steps = 5 });
        await page.Mouse.MoveAsync(endX, endY, new() { Steps = 5 });
        await page.Mouse.UpAsync();
        await Patiently.Expect(Edges).ToHaveCountAsync(before + 1);
    }

    /// <summary>Selects an activity, whose inputs show.</summary>
    public async Task SelectAsync(string name)
    {
        await Node(name).Locator(".activity-label").ClickAsync();
        await page.Locator(".x6-widget-selection-box").First.WaitForAsync();
    }

    /// <summary>The editor of an input of the selected activity.</summary>
    public ILocator Field(string label) => Details.Locator(".mud-input-control").Filter(new() { Has = page.Locator("label").GetByText(label, new() { Exact = true }) });

    /// <summary>What an input's text field holds, be it set or the default.</summary>
    public ILocator Text(string label) => Field(label).Locator("input:visible, textarea:visible").First;

    /// <summary>What the list of an input shows as chosen.</summary>
    public ILocator Choice(string label) => Field(label).Locator(".mud-input").First;

    /// <summary>The box of an input that is checked or not.</summary>
    public ILocator Box(string label) => Details.Locator(".mud-checkbox").Filter(new() { HasText = label }).Locator("input");

    /// <summary>What is said of an input, below its editor.</summary>
    public ILocator Description(string label) => Row(label).Locator(".mud-input-helper-text").First;

    /// <summary>Types a text into an input and waits until it is saved.</summary>
    public Task TypeAsync(string label, string text, string leaveBy = "Tab") => SavedAsync(async () =>
    {
        await Text(label).FillAsync(text);
        await Text(label).PressAsync(leaveBy);
    }, text);

    /// <summary>Checks or unchecks an input and waits until it is saved.</summary>
    public Task ToggleAsync(string label) => SavedAsync(() => Details.Locator(".mud-checkbox").Filter(new() { HasText = label }).ClickAsync());

    /// <summary>Chooses from an input's list and waits until it is saved.</summary>
    public Task ChooseAsync(string label, string option) => SavedAsync(async () =>
    {
        await Field(label).Locator(".mud-input").First.ClickAsync();
        await page.Locator(".mud-popover-open").GetByText(option, new() { Exact = true }).ClickAsync();
    });

    /// <summary>Writes into an input's code editor and waits until it is saved.</summary>
    public Task WriteCodeAsync(string label, string code) => SavedAsync(async () =>
    {
        await Row(label).Locator(".monaco-editor").First.ClickAsync();
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.InsertTextAsync(code);
    });

    /// <summary>Chooses how an input's value is found, such as <c>JavaScript</c>.</summary>
    public async Task UseSyntaxAsync(string label, string syntax)
    {
        await Row(label).Locator(".mud-menu button").ClickAsync();
        await page.Locator(".mud-popover-open").GetByText(syntax, new() { Exact = true }).ClickAsync();
    }

    /// <summary>The rows of an input that is a table of values by name.</summary>
    public ILocator Entries(string label) => Row(label).Locator("tbody tr");

    /// <summary>Adds a value to an input that is a table of them, and waits until it is saved.</summary>
    public Task AddEntryAsync(string label, string name, string value, string syntax) => SavedAsync(async () =>
    {
        await Row(label).GetByRole(AriaRole.Button, new() { Name = "Add entry" }).ClickAsync();
        var entry = Entries(label).Last;
        await entry.Locator("input[type=text]").Nth(0).FillAsync(name);
        await entry.Locator("input[type=text]").Nth(1).FillAsync(value);
        await entry.Locator(".mud-select .mud-input-slot").Last.ClickAsync();
        await page.Locator(".mud-popover-open").GetByText(syntax, new() { Exact = true }).ClickAsync();
        await entry.GetByRole(AriaRole.Button).First.ClickAsync();
    }, name);

    /// <summary>Checks one of the values of a list, and waits until it is saved.</summary>
    public Task CheckAsync(string value) =>
        SavedAsync(() => Details.Locator(".mud-checkbox").Filter(new() { HasTextRegex = new($@"^\s*{value}\s*$") }).ClickAsync());

    /// <summary>What is proposed while code is typed.</summary>
    public ILocator Proposals => page.Locator(".suggest-widget:visible");

    /// <summary>Types into an input's code editor, as somebody who waits for what is proposed, and takes the first proposal.</summary>
    public Task CompleteCodeAsync(string label, string beginning, string proposal) => SavedAsync(async () =>
    {
        await Row(label).Locator(".monaco-editor").First.ClickAsync();
        await page.Keyboard.TypeAsync(beginning, new() { Delay = 50 });
        await Patiently.Expect(Proposals).ToContainTextAsync(proposal);
        await page.Keyboard.PressAsync("Tab");
    }, proposal);

    /// <summary>Lets Studio lay out what is on the canvas.</summary>
    public Task LayOutAsync() => page.Locator(".rz-splitter-vertical .mud-tooltip-root > button").Nth(2).ClickAsync();

    /// <summary>Opens one of the tabs of the page.</summary>
    public Task OpenTabAsync(string name) => page.GetByRole(AriaRole.Tab, new() { Name = name }).First.ClickAsync();

    /// <summary>Adds a variable to the workflow.</summary>
    public async Task AddVariableAsync(string name, string type)
    {
        await OpenTabAsync("Variables");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add variable" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        ILocator FieldOf(string label) => dialog.Locator(".mud-input-control").Filter(new() { Has = page.Locator("label").GetByText(label, new() { Exact = true }) });
        await Patiently.Expect(FieldOf("Name").Locator("input")).ToHaveValueAsync("Variable1");
        await FieldOf("Name").Locator("input").FillAsync(name);
        await FieldOf("Type").Locator(".mud-input").First.ClickAsync();
        await page.Locator(".mud-popover-open").GetByText(type, new() { Exact = true }).ClickAsync();
        await SavedAsync(() => dialog.GetByRole(AriaRole.Button, new() { Name = "Ok" }).ClickAsync());
    }

    /// <summary>Opens what an activity contains, which is made a flowchart if there is nothing yet.</summary>
    public async Task EnterAsync(string name, string port, bool isEmpty)
    {
        await Node(name).Locator($".embedded-port[data-port-name='{port}']").ClickAsync();
        if (isEmpty)
        {
            await SavedAsync(() => page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Ok" }).ClickAsync());
        }

        await page.Locator(".mud-breadcrumbs").GetByText($"{name}: {port}").WaitForAsync();
    }

    /// <summary>Goes back to the workflow's own flowchart.</summary>
    public Task LeaveAsync() => page.Locator(".mud-breadcrumbs a").First.ClickAsync();

    /// <summary>Deselects what is selected, whose handles lie above its ports.</summary>
    public Task DeselectAsync() => Canvas.ClickAsync(new() { Position = new() { X = 5, Y = 5 } });

    /// <summary>
    /// Waits until what is done is saved, as Studio does by itself, and until Studio has taken over the answer: what is typed before that is
    /// lost. Says what it sent.
    /// </summary>
    /// <param name="act">What is done.</param>
    /// <param name="holding">What the save must hold, if an earlier one may still be on its way. Checked if none of it is escaped in JSON.</param>
    public async Task<JsonElement> SavedAsync(Func<Task> act, string? holding = null)
    {
        var isSent = false;
        bool IsSave(IResponse response) => isSent |= response.Request.Method == "POST" && IsDefinitions(response)
            && (holding is null || holding.Any(c => !char.IsAsciiLetterOrDigit(c) && !" .-_".Contains(c)) || response.Request.PostData!.Contains(holding, StringComparison.Ordinal));
        var saved = page.WaitForResponseAsync(IsSave);
        // After each save Studio asks for the activities, and then it is done.
        var done = page.WaitForResponseAsync(r => isSent && r.Url.Contains("/elsa/api/descriptors/activities", StringComparison.Ordinal));
        await act();
        var response = await saved;
        Assert.True(response.Ok, await response.TextAsync());
        await (await done).FinishedAsync();
        await page.EvaluateAsync("() => new Promise(resolve => requestIdleCallback(resolve))");
        return JsonDocument.Parse(response.Request.PostData!).RootElement.GetProperty("model");
    }

    /// <summary>Closes the notice, which lies above the buttons and stays.</summary>
    public Task CloseNoticeAsync() => Patiently.DoAsync(() => Notice.GetByRole(AriaRole.Button).First.ClickAsync(), Notice, n => n.ToHaveCountAsync(0));

    /// <summary>Saves what is drawn, as the button does.</summary>
    public Task SaveAsync() => page.Locator(".elsa-toolbar-icon button").First.ClickAsync();

    /// <summary>Publishes and says what the server answered.</summary>
    public Task<IResponse> PublishAsync() => page.RunAndWaitForResponseAsync(
        () => page.Locator(".mud-button-group-root button").First.ClickAsync(),
        r => r.Request.Method == "POST" && IsDefinitions(r) && r.Request.PostData!.Contains("\"publish\":true", StringComparison.Ordinal));

    private static bool IsDefinitions(IResponse response) => response.Url.EndsWith("/elsa/api/workflow-definitions", StringComparison.Ordinal);

    private ILocator Row(string label) => Details.Locator(".d-flex.flex-row:has(> .flex-1)").Filter(new() { Has = page.Locator("label").GetByText(label, new() { Exact = true }) });

    private static async Task<(float X, float Y)> CentreAsync(ILocator locator)
    {
        var box = await locator.BoundingBoxAsync() ?? throw new InvalidOperationException($"{locator} is not on the page.");
        return (box.X + (box.Width / 2), box.Y + (box.Height / 2));
    }
}
