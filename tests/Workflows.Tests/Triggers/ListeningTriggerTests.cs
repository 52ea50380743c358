using System.Text.Json.Nodes;
using Dag.Tests;
using Dag.Workflows.Definitions;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Dag.Workflows.Tests.Running;
using static Dag.Workflows.Tests.Running.FlowJson;
using static Dag.Workflows.Tests.Triggers.TriggerJson;

namespace Dag.Workflows.Tests.Triggers;

public sealed class ListeningTriggerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dag-triggers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_firing_starts_one_run_in_which_the_trigger_completes_with_its_outputs()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        using var runs = new RunWatch(engine);
        await PublishAsync(engine, Workflow("flow", "Test.Trigger", new { label = "inbox" }));
        var listener = await engine.TriggerJournal.NextAsync();
        Assert.Equal(("inbox", "flow/T"), (listener.Name, listener.Context.Scope));

        var id = await listener.FireAsync("a.csv", "a");
        var report = await runs.NextAsync();
        var trigger = report.Executions.Single(e => e.ActivityId == "T");
        Assert.Equal((id, "Completed", "a"), (report.Id, trigger.Status, trigger.Outputs["Value"]));
        Assert.Equal(["ran"], report.Lines);
    }

    [Fact]
    public async Task A_key_starts_one_run_also_after_a_restart_and_a_new_version()
    {
        await using (var engine = await TestEngine.StartAsync(_folder))
        {
            await PublishAsync(engine, Workflow("flow", "Test.Trigger", new { label = "inbox" }));
            var listener = await engine.TriggerJournal.NextAsync();
            Assert.NotNull(await listener.FireAsync("a.csv"));
            Assert.Null(await listener.FireAsync("a.csv"));
            Assert.Equal(["b.csv"], await listener.Context.UnseenAsync(["a.csv", "b.csv"], CancellationToken.None));
        }

        await using var second = await TestEngine.StartAsync(_folder);
        Assert.Null(await (await second.TriggerJournal.NextAsync()).FireAsync("a.csv"));
        await PublishAsync(second, Workflow("flow", "Test.Trigger", new { label = "other" }));
        Assert.Null(await (await second.TriggerJournal.NextAsync()).FireAsync("a.csv"));
        Assert.Equal(1, (await second.Engine.ListRunsAsync(new RunFilter(), CancellationToken.None)).TotalCount);
    }

    [Fact]
    public async Task Firings_of_one_key_at_the_same_time_start_one_run()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        await PublishAsync(engine, Workflow("flow", "Test.Trigger", new { label = "inbox" }));
        var listener = await engine.TriggerJournal.NextAsync();
        var started = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => listener.FireAsync("a.csv")));
        Assert.Single(started, id => id is not null);
    }

    [Fact]
    public async Task A_new_version_stops_the_listener_of_the_old_one_and_retracting_stops_it_for_good()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        await PublishAsync(engine, Workflow("flow", "Test.Trigger", new { label = "old" }));
        var old = await engine.TriggerJournal.NextAsync();
        await PublishAsync(engine, Workflow("flow", "Test.Trigger", new { label = "new" }));
        Assert.True(old.Token.IsCancellationRequested);
        var listener = await engine.TriggerJournal.NextAsync();
        Assert.Equal(("new", false), (listener.Name, listener.Token.IsCancellationRequested));

        await engine.Publisher.RetractAsync("flow", CancellationToken.None);
        Assert.True(listener.Token.IsCancellationRequested);
        Assert.Empty(engine.Publisher.ListTriggers());
    }

    [Fact]
    public async Task A_listener_that_fails_starts_again_after_growing_pauses_and_shows_its_problem()
    {
        var time = new FakeTimeProvider();
        await using var engine = await TestEngine.StartAsync(
            _folder, options: new EngineOptions { Node = "test", LeaseDuration = TimeSpan.FromDays(30) }, clock: time);
        await PublishAsync(engine, Workflow("flow", "Test.Trigger", new { label = "inbox" }));
        foreach (var seconds in new[] { 1, 2, 4 })
        {
            var listener = await engine.TriggerJournal.NextAsync();
            var failed = time.GetUtcNow();
            listener.Failure.SetException(new InvalidOperationException($"broken for {seconds} s"));
            var next = engine.TriggerJournal.NextAsync();
            await RunWatch.WhileAsync(time, () => !next.IsCompleted);
            Assert.True(time.GetUtcNow() - failed >= TimeSpan.FromSeconds(seconds));
            engine.TriggerJournal.Started.Writer.TryWrite(await next);
        }

        var last = await engine.TriggerJournal.NextAsync();
        Assert.Null(engine.Publisher.ListTriggers().Single().Problem);
        last.Failure.SetException(new InvalidOperationException("broken again"));
        await RunWatch.WhileAsync(time, () => engine.Publisher.ListTriggers().Single().Problem is null);
        Assert.Equal("broken again", engine.Publisher.ListTriggers().Single().Problem);
    }

    [Fact]
    public async Task A_listener_that_returns_by_itself_is_a_problem_too()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        await PublishAsync(engine, Workflow("flow", "Test.Trigger", new { label = "inbox" }));
        (await engine.TriggerJournal.NextAsync()).Failure.SetResult();
        Assert.False((await engine.TriggerJournal.NextAsync()).Token.IsCancellationRequested);
    }

    [Fact]
    public async Task What_a_listener_reports_is_its_problem_until_it_is_mended()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        await PublishAsync(engine, Workflow("flow", "Test.Trigger", new { label = "inbox" }));
        var listener = await engine.TriggerJournal.NextAsync();
        listener.Context.ReportProblem("The folder has gone.");
        Assert.Equal("The folder has gone.", engine.Publisher.ListTriggers().Single().Problem);
        listener.Context.ReportProblem(null);
        Assert.Null(engine.Publisher.ListTriggers().Single().Problem);
    }

    [Fact]
    public async Task A_trigger_whose_input_is_no_literal_cannot_be_published()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        var json = JsonNode.Parse(Flowchart([Activity("T", "Test.Trigger", new { label = "inbox" }, StartsRuns)], []))!;
        json["variables"] = JsonNode.Parse("""[{"id":"v","name":"v","typeName":"String"}]""");
        json["root"]!["activities"]![0]!["label"]!["expression"] = JsonNode.Parse("""{"type":"Variable","value":{"id":"v","name":"v"}}""");
        var refused = await Assert.ThrowsAsync<DefinitionException>(
            () => engine.Publisher.PublishAsync(DefinitionReader.Read(json.ToJsonString()), CancellationToken.None));
        Assert.Contains("no literal", refused.Message);
    }

    private static async Task PublishAsync(TestEngine engine, WorkflowDefinition definition) =>
        await engine.Publisher.PublishAsync(definition, CancellationToken.None);
}
