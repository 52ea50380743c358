using Dag.Workflows.Definitions;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;

namespace Dag.Workflows.Tests.Running;

/// <summary>Events: published by runs and from outside, to those that wait and to workflows that start with them.</summary>
public sealed class EventTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dag-events-").FullName;
    private TestEngine _engine = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _engine = await TestEngine.StartAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_run_can_answer_itself()
    {
        var report = await RunAsync(Parallel(
            Wait("e", "Go", "got"),
            Publish("p", "Go", local: true, payload: "7")));
        Assert.Equal(("Finished", 7), (report.SubStatus, report.Output["got"]));
    }

    [Fact]
    public async Task A_local_event_stays_in_its_run_and_another_reaches_all()
    {
        var waiting = await RunAsync(Sequence(Wait("e", "Go", "got")));
        Assert.Equal("Suspended", waiting.SubStatus);
        await RunAsync(Sequence(Publish("p", "Go", local: true)));
        await _engine.Engine.QuietAsync();
        Assert.Equal("Suspended", (await ReportAsync(waiting.Id)).SubStatus);
        await RunAsync(Sequence(Publish("p", "Go")));
        await _engine.Engine.QuietAsync();
        Assert.Equal("Finished", (await ReportAsync(waiting.Id)).SubStatus);
    }

    [Fact]
    public async Task An_event_with_a_correlation_id_reaches_those_that_have_it()
    {
        var one = await RunAsync(Sequence(Correlate("one"), Wait("e", "Go", "got")));
        var two = await RunAsync(Sequence(Correlate("two"), Wait("e", "Go", "got")));
        await RunAsync(Sequence(Publish("p", "Go", correlation: "two")));
        await _engine.Engine.QuietAsync();
        Assert.Equal(("Suspended", "Finished"), ((await ReportAsync(one.Id)).SubStatus, (await ReportAsync(two.Id)).SubStatus));
    }

    [Fact]
    public async Task An_event_starts_the_workflows_that_begin_with_it_with_its_payload_and_correlation_id()
    {
        await PublishAsync("reacts", Sequence(Wait("e", "Order Shipped", "got", starts: true)));
        await PublishAsync("other", Sequence(Wait("e", "Order Lost", "got", starts: true)));
        await PublishAsync("waits", Sequence(Wait("e", "Order Shipped", "got")));
        var delivery = await _engine.Engine.PublishEventAsync("Order Shipped", "payload", "order-7", Token);
        Assert.Equal(new EventDelivery(0, 1), delivery);
        await _engine.Engine.QuietAsync();
        var run = Assert.Single((await _engine.Engine.ListRunsAsync(new RunFilter(), Token)).Runs);
        Assert.Equal(("reacts", "Finished", "order-7"), (run.DefinitionId, run.SubStatus, run.CorrelationId));
        Assert.Equal("payload", (await ReportAsync(run.Id)).Output["got"]);
    }

    [Fact]
    public async Task A_run_starts_workflows_by_its_events_and_a_large_payload_goes_along()
    {
        var text = new string('x', 50_000);
        await PublishAsync("reacts", Sequence(Wait("e", "Go", "got", starts: true)));
        await RunAsync(Sequence(Publish("p", "Go", payload: $"\"{text}\"")));
        await _engine.Engine.QuietAsync();
        var run = (await _engine.Engine.ListRunsAsync(new RunFilter { DefinitionIds = ["reacts"] }, Token)).Runs.Single();
        Assert.Equal(text, (await ReportAsync(run.Id)).Output["got"]);
    }

    [Fact]
    public async Task A_workflow_that_was_retracted_or_changed_is_started_no_more()
    {
        await PublishAsync("reacts", Sequence(Wait("e", "Go", "got", starts: true)));
        Assert.Equal(1, (await _engine.Engine.PublishEventAsync("Go", null, null, Token)).Started);
        await PublishAsync("reacts", Sequence(Wait("e", "Gone", "got", starts: true)));
        Assert.Equal(0, (await _engine.Engine.PublishEventAsync("Go", null, null, Token)).Started);
        Assert.Equal(1, (await _engine.Engine.PublishEventAsync("Gone", null, null, Token)).Started);
        await _engine.Publisher.RetractAsync("reacts", Token);
        Assert.Equal(0, (await _engine.Engine.PublishEventAsync("Gone", null, null, Token)).Started);
        await _engine.Engine.QuietAsync();
    }

    [Fact]
    public async Task What_a_run_sent_before_its_process_ended_is_delivered_by_the_next()
    {
        var waiting = await RunAsync(Sequence(Wait("e", "Go", "got")));
        await PublishAsync("reacts", Sequence(Wait("e", "Go", "got", starts: true)));
        await _engine.Engine.Outbox.StopAsync();
        await _engine.RunAsync($$"""{"definitionId":"d","root":{{Sequence(Publish("p", "Go"))}}}""");
        Assert.Equal("Suspended", (await ReportAsync(waiting.Id)).SubStatus);
        await _engine.DisposeAsync();

        _engine = await TestEngine.StartAsync(_folder);
        await _engine.Engine.QuietAsync();
        Assert.Equal("Finished", (await ReportAsync(waiting.Id)).SubStatus);
        Assert.Equal(1, (await _engine.Engine.ListRunsAsync(new RunFilter { DefinitionIds = ["reacts"] }, Token)).TotalCount);
    }

    [Fact]
    public async Task An_event_that_starts_with_what_only_a_run_knows_is_refused_at_publish()
    {
        var e = await Assert.ThrowsAsync<DefinitionException>(() => PublishAsync(
            "reacts", """{"id":"e","type":"Elsa.Event","customProperties":{"canStartWorkflow":true},"eventName":{"expression":{"type":"JavaScript","value":"'a' + 'b'"}}}"""));
        Assert.Contains("is no literal", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_without_a_name_faults()
    {
        var report = await RunAsync(Sequence("""{"id":"p","type":"Elsa.PublishEvent"}"""));
        Assert.Equal("No event is named. Set eventName.", Assert.Single(report.Incidents).Message);
    }

    private async Task<RunReport> RunAsync(string root)
    {
        var id = (await _engine.RunAsync($$"""{"definitionId":"d","outputs":[{"name":"got"}],"root":{{root}}}""")).Id;
        await _engine.Engine.QuietAsync();
        return await ReportAsync(id);
    }

    private async Task<RunReport> ReportAsync(string id) => (await _engine.Engine.ReportAsync(id, Token))!;

    private Task PublishAsync(string id, string root) =>
        _engine.Publisher.PublishAsync(DefinitionReader.Read($$"""{"definitionId":"{{id}}","outputs":[{"name":"got"}],"root":{{root}}}"""), Token);

    private static string Sequence(params string[] activities) => $$"""{"id":"s","type":"Elsa.Sequence","activities":[{{string.Join(',', activities)}}]}""";

    private static string Parallel(params string[] activities) => $$"""{"id":"s","type":"Elsa.Parallel","activities":[{{string.Join(',', activities)}}]}""";

    private static string Correlate(string id) => $$"""{"id":"c","type":"Elsa.Correlate","correlationId":"{{id}}"}""";

    private static string Wait(string id, string name, string output, bool starts = false) =>
        $$$"""{"id":"{{{id}}}","type":"Elsa.Event","eventName":"{{{name}}}","result":{"memoryReference":{"id":"{{{output}}}"}},"customProperties":{"canStartWorkflow":{{{(starts ? "true" : "false")}}}}}""";

    private static string Publish(string id, string name, bool local = false, string? correlation = null, string payload = "null") =>
        $$"""{"id":"{{id}}","type":"Elsa.PublishEvent","eventName":"{{name}}","isLocalEvent":{{(local ? "true" : "false")}},"correlationId":{{(correlation is null ? "null" : $"\"{correlation}\"")}},"payload":{{payload}}}""";
}
