using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Dag.Host.Tests.Browser;

/// <summary>Somebody runs a workflow in Studio and watches it.</summary>
public sealed class RunTests(StudioSite site) : BrowserTest(site)
{
    private const string Secret = "https://hooks.example/T0PSECRET";

    [Fact]
    public async Task A_run_is_watched_live_and_shows_what_went_in_and_out_and_what_failed()
    {
        await PublishAsync("watched", Secret);
        var editor = await EditorPage.OpenAsync(Page, "watched");
        var run = await editor.RunAsync();
        await run.BadgeAsync("Hello1", "success");
        await run.BadgeAsync("Event1", "warning");
        await Traffic.QuietAsync();
        Assert.NotEmpty(Traffic.Sockets);
        Assert.All(Traffic.Sockets, s => Assert.Contains("/elsa/hubs/workflow-instance", s.Url, StringComparison.Ordinal));

        await Site.Server.PostAsync("/api/v1/events/watched", "{}");
        await run.BadgeAsync("Notify1", "success");
        await run.BadgeAsync("Fault1", "error");
        await Patiently.Expect(run.Journal).ToContainTextAsync("Fault - Faulted");

        await run.SelectAsync("Notify1", "Completed");
        await Patiently.Expect(run.Details).ToContainTextAsync("orders arrived");
        await Patiently.Expect(run.Details).Not.ToContainTextAsync("T0PSECRET");
        await StudioSite.ScreenshotAsync(Page, "run-faulted");
        await run.OpenTabAsync("Incidents");
        await Patiently.Expect(run.Properties).ToContainTextAsync("the disk is full");
        await StudioSite.ScreenshotAsync(Page, "run-incident");

        // The definition is edited; the run shows what ran.
        await PublishAsync("watched", Secret, hello: "Changed1");
        run = await RunPage.OpenAsync(Page, run.RunId);
        await run.BadgeAsync("Hello1", "success");
        await Patiently.Expect(run.Node("Changed1")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Where_sockets_are_closed_a_run_is_watched_all_the_same()
    {
        await PublishAsync("polled", Secret);
        var id = await Site.Server.StartRunAsync("polled");
        var (page, traffic) = await NewPageAsync(Site.Profile);
        await page.RouteWebSocketAsync("**", socket => _ = socket.CloseAsync());
        var run = await RunPage.OpenAsync(page, id);
        await run.BadgeAsync("Event1", "warning");

        await Site.Server.PostAsync("/api/v1/events/polled", "{}");

        await run.BadgeAsync("Fault1", "error");
        traffic.Expected = "WebSocket";
    }

    [Fact]
    public async Task A_run_of_many_activities_asks_little_of_browser_and_service()
    {
        const int Rounds = 100;
        await Site.Server.PublishAsync($$"""
            { "definitionId": "many", "name": "Many", "root": { "id": "f", "type": "Elsa.Flowchart", "activities": [
                { "id": "e", "name": "Event1", "type": "Elsa.Event", "eventName": {{Literal("many")}} },
                { "id": "for", "name": "For1", "type": "Elsa.For", "start": {{Literal("1")}}, "end": {{Literal($"{Rounds}")}}, "body": { "id": "s", "type": "Elsa.Sequence", "activities": [
                  {{string.Join(", ", Enumerable.Range(1, 5).Select(i => $$"""{ "id": "n{{i}}", "type": "Dag.Notify", "message": {{Literal("step")}} }"""))}} ] } }
              ], "connections": [{ "source": { "activity": "e", "port": "Done" }, "target": { "activity": "for", "port": "In" } }] } }
            """);
        var id = await Site.Server.StartRunAsync("many");
        var run = await RunPage.OpenAsync(Page, id);
        await run.BadgeAsync("Event1", "warning");
        await Traffic.QuietAsync();

        var before = Traffic.Requests.Count;
        var clock = Stopwatch.StartNew();
        await Site.Server.PostAsync("/api/v1/events/many", "{}");
        await run.BadgeAsync("For1", "success");
        await Traffic.QuietAsync();
        var seconds = clock.Elapsed.TotalSeconds;
        var requests = Traffic.Requests.Count - before;
        TestContext.Current.SendDiagnosticMessage("{0} requests in {1:N1} s.", requests, seconds);
        // Four a second; and each message leads to four, of which one comes at the very start, and one at the very end.
        Assert.True(requests <= 4 * (seconds + 2), $"The browser sent {requests} requests in {seconds:N1} s.");
    }

    [Fact]
    public async Task Attempts_that_failed_variables_and_the_log_of_a_run_are_shown()
    {
        await Site.Server.PublishAsync($$"""
            { "definitionId": "attempts", "name": "Attempts", "variables": [{ "id": "v", "name": "rows", "typeName": "Int64", "value": 42 }],
              "root": { "id": "f", "type": "Elsa.Flowchart", "activities": [
                { "id": "convert", "name": "Convert1", "type": "Dag.ConvertToParquet", "source": {{Literal("missing.csv")}}, "dataset": {{Literal("attempts")}},
                  "customProperties": { "retries": { "maxAttempts": 2, "delay": "00:00:00.01" } } }
              ], "connections": [] } }
            """);
        var id = await Site.Server.StartRunAsync("attempts");
        await Site.Server.WaitAsync(id, "Faulted");
        var run = await RunPage.OpenAsync(Page, id);
        await run.BadgeAsync("Convert1", "error");
        await Patiently.Expect(run.Journal).ToContainTextAsync("AttemptFailed");

        await run.SelectAsync("Convert1", "Faulted");
        await run.OpenTabAsync("Executions");
        await Patiently.Expect(run.Executions).ToHaveCountAsync(1);
        await Patiently.Expect(run.Executions.Locator("td").Nth(4)).ToHaveTextAsync("Yes");
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Patiently.DoAsync(() => run.Executions.First.ClickAsync(), run.Drawer, d => d.ToContainTextAsync("missing.csv"));
        await StudioSite.ScreenshotAsync(Page, "run-execution-dark");
        await PageLook.AssertReadableAsync(Page);
        await Patiently.DoAsync(() => run.Drawer.GetByRole(AriaRole.Button).First.ClickAsync(), run.Drawer, d => d.ToHaveCountAsync(0));
        await run.OpenTabAsync("Variables");
        await Patiently.Expect(run.Properties).ToContainTextAsync(new Regex(@"rows\s*42"));

        // Studio's own link, from its details, which show first.
        run = await RunPage.OpenAsync(Page, id);
        await run.OpenLogAsync();
        var log = new LogPage(Page);
        await Patiently.Expect(log.State).ToHaveTextAsync("The run is over: Faulted.");
        await Patiently.Expect(log.Lines.Filter(new() { HasText = "Attempt 1 failed" })).ToHaveCountAsync(1);
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await StudioSite.ScreenshotAsync(Page, $"run-log-{scheme.ToString().ToLowerInvariant()}");
            await PageLook.AssertFitsAsync(Page, fills: false);
            await PageLook.AssertReadableAsync(Page);
        }

        await log.ShowOnlyAsync("level", "Error");
        await Patiently.Expect(log.Lines).ToHaveCountAsync(1);
        await Page.GetByRole(AriaRole.Link, new() { Name = id }).ClickAsync();
        await run.ReadyAsync();
    }

    [Fact]
    public async Task The_log_of_a_run_goes_on_while_the_run_does()
    {
        await PublishAsync("logged", Secret);
        var id = await Site.Server.StartRunAsync("logged");
        var log = await LogPage.OpenAsync(Page, id);
        await Patiently.Expect(log.Lines.Filter(new() { HasText = "hello" })).ToHaveCountAsync(1);
        await Patiently.Expect(log.State).ToContainTextAsync("The run goes on");

        await Site.Server.PostAsync("/api/v1/events/logged", "{}");

        await Patiently.Expect(log.State).ToHaveTextAsync("The run is over: Faulted.");
        await Patiently.Expect(log.Lines.Filter(new() { HasText = "the disk is full" })).Not.ToHaveCountAsync(0);
        await log.ShowOnlyAsync("activity", "n");
        await Patiently.Expect(log.Lines.Filter(new() { HasText = "orders arrived" })).Not.ToHaveCountAsync(0);
        await Patiently.Expect(log.Lines.Filter(new() { HasText = "hello" })).ToHaveCountAsync(0);

        Traffic.Expected = "404";
        await LogPage.OpenAsync(Page, "no-such-run");
        await Patiently.Expect(log.State).ToContainTextAsync("no-such-run");
    }

    [Fact]
    public async Task A_run_of_a_draft_shows_what_ran_after_the_draft_was_edited()
    {
        await PublishAsync("redrawn", Secret);
        var editor = await EditorPage.OpenAsync(Page, "redrawn");
        await editor.SavedAsync(() => editor.DropAsync("Console", "Write Line", 60, 400));
        var run = await editor.RunAsync();
        var shown = run.RunId;
        await Patiently.Expect(run.Node("WriteLine2")).ToBeVisibleAsync();

        editor = await EditorPage.OpenAsync(Page, "redrawn");
        await editor.SavedAsync(() => editor.DropAsync("Console", "Write Line", 360, 400));
        await Patiently.Expect(editor.Node("WriteLine3")).ToBeVisibleAsync();

        run = await RunPage.OpenAsync(Page, shown);
        await Patiently.Expect(run.Node("WriteLine2")).ToBeVisibleAsync();
        await Patiently.Expect(run.Node("WriteLine3")).ToHaveCountAsync(0);
    }

    private static string Literal(string value) => $$"""{ "typeName": "String", "expression": { "type": "Literal", "value": "{{value}}" } }""";

    private async Task PublishAsync(string definitionId, string url, string hello = "Hello1") =>
        await Site.Server.PublishAsync($$"""
            { "definitionId": "{{definitionId}}", "name": "{{definitionId}}", "root": { "id": "f", "type": "Elsa.Flowchart", "activities": [
                { "id": "h", "name": "{{hello}}", "type": "Elsa.WriteLine", "text": {{Literal("hello")}} },
                { "id": "e", "name": "Event1", "type": "Elsa.Event", "eventName": {{Literal(definitionId)}} },
                { "id": "n", "name": "Notify1", "type": "Dag.Notify", "message": {{Literal("orders arrived")}}, "url": {{Literal(url)}} },
                { "id": "z", "name": "Fault1", "type": "Elsa.Fault", "message": {{Literal("the disk is full")}} }
              ], "connections": [{{Connection("h", "e")}}, {{Connection("e", "n")}}, {{Connection("n", "z")}}] } }
            """);

    private static string Connection(string from, string to) =>
        $$"""{ "source": { "activity": "{{from}}", "port": "Done" }, "target": { "activity": "{{to}}", "port": "In" } }""";
}
