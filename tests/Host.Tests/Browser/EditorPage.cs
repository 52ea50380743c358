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

    private ILocator Canvas => page.Locator(".x6-graph").First;

    public static async Task<EditorPage> OpenAsync(IPage page, string definitionId)
    {
        await page.GotoAsync($"/workflows/definitions/{definitionId}/edit");
        var editor = new EditorPage(page);
        await editor.ReadyAsync();
        return editor;
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
        await Assertions.Expect(page.Locator(".x6-node")).ToHaveCountAsync(before + 1);
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
        await Assertions.Expect(Edges).ToHaveCountAsync(before + 1);
    }

    /// <summary>Selects an activity, whose inputs show.</summary>
    public async Task SelectAsync(string name)
    {
        await Node(name).Locator(".activity-label").ClickAsync();
        await page.Locator(".x6-widget-selection-box").First.WaitForAsync();
    }

    /// <summary>The editor of an input of the selected activity.</summary>
    public ILocator Field(string label) => Details.Locator(".mud-input-control").Filter(new() { Has = page.Locator("label").GetByText(label, new() { Exact = true }) });

    /// <summary>Types a text into an input and waits until it is saved.</summary>
    public async Task TypeAsync(string label, string text)
    {
        await SavedAsync(async () =>
        {
            var input = Field(label).Locator("input:visible, textarea:visible").First;
            await input.FillAsync(text);
            await input.PressAsync("Tab");
        });
    }

    /// <summary>Waits until what is done is saved, as Studio does by itself, and says what it sent.</summary>
    public async Task<JsonElement> SavedAsync(Func<Task> act)
    {
        var response = await page.RunAndWaitForResponseAsync(act, r => r.Request.Method == "POST" && r.Url.EndsWith("/elsa/api/workflow-definitions", StringComparison.Ordinal));
        Assert.True(response.Ok, await response.TextAsync());
        return JsonDocument.Parse(response.Request.PostData!).RootElement.GetProperty("model");
    }

    /// <summary>Publishes and says what the server answered.</summary>
    public Task<IResponse> PublishAsync() => page.RunAndWaitForResponseAsync(
        () => page.Locator(".elsa-toolbar .mud-button-group-root button, .mud-button-group-root button").First.ClickAsync(),
        r => r.Request.Method == "POST" && r.Url.EndsWith("/elsa/api/workflow-definitions", StringComparison.Ordinal) && r.Request.PostData!.Contains("\"publish\":true", StringComparison.Ordinal));

    private static async Task<(float X, float Y)> CentreAsync(ILocator locator)
    {
        var box = await locator.BoundingBoxAsync() ?? throw new InvalidOperationException($"{locator} is not on the page.");
        return (box.X + (box.Width / 2), box.Y + (box.Height / 2));
    }
}
