using System.Text.Json.Nodes;
using Dag.Workflows.Definitions;
using Dag.Workflows.Running;
using Dag.Workflows.Tests.Running;
using static Dag.Workflows.Tests.Running.FlowJson;
using static Dag.Workflows.Tests.Triggers.TriggerJson;

namespace Dag.Workflows.Tests.Triggers;

public sealed class WaitingTriggerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dag-triggers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static WorkflowDefinition Waiting => Define(
        "flow",
        [Activity("A", "Elsa.WriteLine", new { text = "before" }), Activity("T", "Test.Trigger", new { label = "inbox" }), Activity("B", "Elsa.WriteLine", new { text = "after" })],
        ["A->T", "T->B"]);

    [Fact]
    public async Task A_trigger_in_the_middle_of_a_run_lets_it_wait_for_the_first_firing()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        using var runs = new RunWatch(engine);
        var id = await StartAsync(engine, Waiting);
        var listener = await engine.TriggerJournal.NextAsync();
        Assert.Equal(("inbox", "flow/T"), (listener.Name, listener.Context.Scope));
        Assert.Equal("Suspended", (await engine.Engine.FindRunAsync(id, CancellationToken.None))!.SubStatus);

        _ = listener.FireAsync("a.csv", "a");
        var report = await runs.NextAsync();
        Assert.Equal((id, "Finished", "a"), (report.Id, report.SubStatus, report.Executions.Single(e => e.ActivityId == "T").Outputs["Value"]));
        Assert.Equal(["before", "after"], report.Lines);
        await listener.StoppedAsync();
    }

    [Fact]
    public async Task Its_inputs_can_be_expressions()
    {
        var json = JsonNode.Parse(Flowchart([Activity("T", "Test.Trigger", new { label = "" })], []))!;
        json["inputs"] = JsonNode.Parse("""[{"name":"folder","type":"String"}]""");
        json["root"]!["activities"]![0]!["label"]!["expression"] = JsonNode.Parse("""{"type":"Input","value":"folder"}""");
        await using var engine = await TestEngine.StartAsync(_folder);
        var request = new StartRequest { Definition = DefinitionReader.Read(json.ToJsonString()), Input = new Dictionary<string, object?> { ["folder"] = "given" } };
        await engine.Engine.StartRunAsync(request, CancellationToken.None);
        Assert.Equal("given", (await engine.TriggerJournal.NextAsync()).Name);
    }

    [Fact]
    public async Task A_run_that_waits_goes_on_listening_after_a_restart()
    {
        string id;
        await using (var first = await TestEngine.StartAsync(_folder))
        {
            id = await StartAsync(first, Waiting);
            await first.TriggerJournal.NextAsync();
        }

        await using var second = await TestEngine.StartAsync(_folder);
        using var runs = new RunWatch(second);
        var listener = await second.TriggerJournal.NextAsync();
        Assert.Equal("inbox", listener.Name);
        _ = listener.FireAsync("a.csv");
        Assert.Equal((id, "Finished"), await runs.NextAsync() is var report ? (report.Id, report.SubStatus) : default);
    }

    [Fact]
    public async Task Cancelling_the_run_ends_its_listening()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        var id = await StartAsync(engine, Waiting);
        var listener = await engine.TriggerJournal.NextAsync();
        Assert.True(await engine.Engine.CancelRunAsync(id, null, CancellationToken.None));
        await listener.StoppedAsync();
        Assert.Empty(engine.Engine.Listeners.All);
    }

    [Fact]
    public async Task One_key_wakes_one_of_the_runs_that_wait_and_the_next_key_another()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        using var runs = new RunWatch(engine);
        var ids = new[] { await StartAsync(engine, Waiting), await StartAsync(engine, Waiting) };
        var listeners = new[] { await engine.TriggerJournal.NextAsync(), await engine.TriggerJournal.NextAsync() };

        var firings = listeners.Select(l => l.FireAsync("a.csv")).ToArray();
        var woken = await runs.NextAsync();
        Assert.Contains(woken.Id, ids);
        var other = Array.FindIndex(listeners, l => !l.Token.IsCancellationRequested);
        Assert.Null(await firings[other]);
        _ = listeners[other].FireAsync("b.csv");
        Assert.Equal(ids.Single(i => i != woken.Id), (await runs.NextAsync()).Id);
    }

    [Fact]
    public async Task A_file_that_started_a_run_does_not_also_wake_one()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        using var runs = new RunWatch(engine);
        var definition = Workflow("flow", "Test.Trigger", new { label = "inbox" });
        await engine.Publisher.PublishAsync(definition, CancellationToken.None);
        var published = await engine.TriggerJournal.NextAsync();

        // Started by hand, the run waits at its trigger for a file of its own.
        var byHand = await StartAsync(engine, definition);
        var waiting = await engine.TriggerJournal.NextAsync();
        var started = await published.FireAsync("a.csv");
        Assert.Null(await waiting.FireAsync("a.csv"));
        Assert.Equal(started, (await runs.NextAsync()).Id);
        _ = waiting.FireAsync("b.csv");
        Assert.Equal(byHand, (await runs.NextAsync()).Id);
        Assert.Null(await published.FireAsync("b.csv"));
    }

    [Fact]
    public async Task A_listener_that_fails_leaves_the_run_waiting_and_listens_again()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        using var runs = new RunWatch(engine);
        await StartAsync(engine, Waiting);
        (await engine.TriggerJournal.NextAsync()).Failure.SetException(new InvalidOperationException("broken"));
        _ = (await engine.TriggerJournal.NextAsync()).FireAsync("a.csv");
        Assert.Equal("Finished", (await runs.NextAsync()).SubStatus);
    }

    private static async Task<string> StartAsync(TestEngine engine, WorkflowDefinition definition) =>
        (await engine.Engine.StartRunAsync(new StartRequest { Definition = definition }, CancellationToken.None))!;
}
