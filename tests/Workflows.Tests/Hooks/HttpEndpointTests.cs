using Dag.Tests;
using Dag.Workflows.Runs;
using Dag.Workflows.Tests.Runs;

namespace Dag.Workflows.Tests.Hooks;

/// <summary>Endpoints in runs: where they wait, and what they complete with.</summary>
public sealed class HttpEndpointTests
{
    private const string Flow = """
        { "definitionId": "w", "variables": [{ "id": "b", "name": "b" }], "root": { "id": "f", "type": "Elsa.Flowchart", "activities": [
            { "id": "H", "type": "Elsa.HttpEndpoint", "path": "orders/{id}", "supportedMethods": ["post", "PUT"], "customProperties": { "canStartWorkflow": true },
              "parsedContent": { "memoryReference": { "id": "b" } } },
            { "id": "L", "type": "Elsa.WriteLine", "text": { "expression": { "type": "Variable", "value": { "id": "b" } } } },
            { "id": "big", "type": "Elsa.WriteLine", "text": "big" }],
          "connections": [
            { "source": { "activity": "H", "port": "Done" }, "target": { "activity": "L" } },
            { "source": { "activity": "H", "port": "Request too large" }, "target": { "activity": "big" } }] } }
        """;

    [Fact]
    public async Task The_trigger_completes_with_what_the_request_brought()
    {
        Assert.Equal(["hello"], LinesOf(await StartAsync(Flow, new Dictionary<string, object?> { ["ParsedContent"] = "hello" })));
        Assert.Equal(["big"], LinesOf(await StartAsync(Flow, [], ["Request too large"])));
    }

    [Fact]
    public async Task In_the_middle_of_a_run_it_waits_for_a_request_by_methods_and_path()
    {
        var (state, burst) = await StartAsync(Flow);
        var waiting = state.Open.Single(e => e.Status == ExecutionStatus.Waiting);

        Assert.Equal("Http:POST,PUT /orders/{id}", waiting.Bookmark!.Stimulus);
        await burst.ResumeAsync(waiting.Id, new Dictionary<string, object?>(), ["Request too large"]);
        await burst.DrainAsync(int.MaxValue, CancellationToken.None);
        Assert.Equal(["big"], LinesOf((state, burst)));
    }

    [Fact]
    public async Task A_connection_back_to_the_trigger_waits_for_the_next_request()
    {
        var (state, burst) = await StartAsync("""
            { "definitionId": "w", "root": { "id": "f", "type": "Elsa.Flowchart", "activities": [
                { "id": "H", "type": "Elsa.HttpEndpoint", "path": "a", "customProperties": { "canStartWorkflow": true } }, { "id": "L", "type": "Elsa.WriteLine", "text": "round" }],
              "connections": [
                { "source": { "activity": "H", "port": "Done" }, "target": { "activity": "L" } }, { "source": { "activity": "L", "port": "Done" }, "target": { "activity": "H" } }] } }
            """, []);

        Assert.Equal(RunSubStatus.Suspended, state.SubStatus);
        Assert.Equal(["round"], LinesOf((state, burst)));
    }

    [Fact]
    public async Task A_secret_in_clear_is_an_incident_and_in_no_event()
    {
        var run = await InMemoryRun.RunAsync("""{ "definitionId": "w", "root": { "id": "H", "type": "Elsa.HttpEndpoint", "path": "a", "apiKey": "hunter2" } }""");

        Assert.Contains("must name a secret", Assert.Single(run.State.Incidents).Message);
        using var writer = new EventWriter();
        Assert.DoesNotContain("hunter2", System.Text.Encoding.UTF8.GetString(writer.Write([.. run.Events])));
    }

    [Fact]
    public async Task Waiting_replays()
    {
        var graph = InMemoryRun.Compile(Flow);
        await ReplayCheck.CheckStatesAsync(graph);
        await ReplayCheck.CheckInterruptionsAsync(graph);
        await ReplayCheck.CheckSnapshotsAsync(graph);
    }

    [Fact]
    public void The_outcomes_of_the_trigger_are_stored_with_the_start()
    {
        var started = InMemoryRun.StartOf(InMemoryRun.Compile(Flow), new FakeTimeProvider()) with { TriggerOutcomes = ["Request too large"] };
        using var writer = new EventWriter();

        Assert.Equal(["Request too large"], EventReader.ReadStart(writer.Write([started])).TriggerOutcomes!);
        Assert.Null(EventReader.ReadStart(writer.Write([started with { TriggerOutcomes = null }])).TriggerOutcomes);
    }

    private static IReadOnlyList<string> LinesOf((RunState, Burst Burst) run) => InMemoryRun.LinesOf(run.Burst.Events);

    private static async Task<(RunState State, Burst Burst)> StartAsync(
        string json, Dictionary<string, object?>? outputs = null, IReadOnlyList<string>? outcomes = null)
    {
        var clock = new FakeTimeProvider();
        var graph = InMemoryRun.Compile(json);
        var state = new RunState("run-1", graph);
        var burst = new Burst(state, clock);
        burst.Start(InMemoryRun.StartOf(graph, clock) with { TriggerActivityId = outputs is null ? null : "H", TriggerOutputs = outputs, TriggerOutcomes = outcomes });
        Assert.True(await burst.DrainAsync(int.MaxValue, CancellationToken.None));
        return (state, burst);
    }
}
