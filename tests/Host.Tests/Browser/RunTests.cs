using System.Diagnostics;

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
        await Page.RouteWebSocketAsync("**", socket => _ = socket.CloseAsync());
        var run = await RunPage.OpenAsync(Page, id);
        await run.BadgeAsync("Event1", "warning");

        await Site.Server.PostAsync("/api/v1/events/polled", "{}");

        await run.BadgeAsync("Fault1", "error");
        Traffic.Expected = "WebSocket";
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
