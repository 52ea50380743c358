using static Dag.Workflows.Tests.Running.FlowJson;

namespace Dag.Workflows.Tests.Running;

public sealed class DagEngineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dag-engine-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Control_activities_run_and_their_lines_are_in_the_history()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        var report = await engine.RunAsync(Flowchart([Activity("A", "Elsa.WriteLine", new { text = "one" }), Activity("B", "Elsa.WriteLine", new { text = "two" })], ["A->B"]));
        Assert.Equal("Finished", report.SubStatus);
        Assert.Equal(["one", "two"], report.Lines);
    }

    [Fact]
    public async Task Work_runs_in_parallel_branches_and_hands_on_its_outputs()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        var report = await engine.RunAsync(Flowchart(
            [Activity("S", "Elsa.Start"), Activity("A", "Test.Work", new { value = "a" }), Activity("B", "Test.Work", new { value = "b" }), Activity("J", "Elsa.WriteLine", new { text = "joined" })],
            ["S->A", "S->B", "A->J", "B->J"]));
        Assert.Equal("Finished", report.SubStatus);
        Assert.Equal(["joined"], report.Lines);
        Assert.Equal(["a", "b"], report.Executions.Where(e => e.Type == "Test.Work").Select(e => e.Outputs["Result"]));
        Assert.All(report.Executions, e => Assert.Equal("Completed", e.Status));
    }

    [Fact]
    public async Task A_failed_attempt_is_tried_again_under_the_same_key()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        var report = await engine.RunAsync(Flowchart(
            [Activity("A", "Test.Work", new { failures = 2 }, new { retries = new { maxAttempts = 3, delay = "00:00:00.010" } })], []));
        Assert.Equal("Finished", report.SubStatus);
        Assert.Equal([1, 2, 3], engine.Journal.Attempts.Select(a => a.Attempt));
        Assert.Single(engine.Journal.Attempts.Select(a => a.Key).Distinct());
        Assert.Equal(3, report.Executions.Single(e => e.ActivityId == "A").Attempts);
    }

    [Fact]
    public async Task After_the_last_attempt_the_run_faults_with_its_message()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        var report = await engine.RunAsync(Flowchart([Activity("A", "Test.Work", new { failures = 9 }), Activity("B", "Elsa.WriteLine", new { text = "never" })], ["A->B"]));
        Assert.Equal("Faulted", report.SubStatus);
        Assert.Equal(("A", "Attempt 1 fails."), (report.Incidents.Single().ActivityId, report.Incidents.Single().Message));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task Work_behind_a_failure_is_shown_as_upstream_failed_while_other_work_goes_on()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        var report = await engine.RunAsync(Flowchart(
            [
                Activity("S", "Elsa.Start"),
                Activity("A", "Test.Work", new { failures = 9 }),
                Activity("B", "Test.Work"),
                Activity("C", "Test.Work"),
                Activity("Tell", "Test.Work", customProperties: new { runWhen = "oneFailed" }),
            ],
            ["S->A", "S->B", "A->C", "A->Tell"],
            new { incidentStrategyType = "Dag.Propagate" }));
        string[] expected = ["A Faulted", "B Completed", "C UpstreamFailed", "Tell Completed"];
        Assert.Equal("Faulted", report.SubStatus);
        Assert.Equal(expected, report.Executions.Where(e => e.Type == "Test.Work").Select(e => $"{e.ActivityId} {e.Status}").Order());
        var work = await engine.Engine.ListWorkAsync(report.Id, TestContext.Current.CancellationToken);
        Assert.Equal(expected, work.Select(w => $"{w.ActivityId} {w.Status}").Order());
    }

    [Fact]
    public async Task A_run_that_faults_asks_for_no_slots_while_its_last_work_goes_on()
    {
        await using var engine = await TestEngine.StartAsync(_folder, options: new() { Node = "test", WorkSlots = 2 });
        var faulted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = engine.Engine.Feed.Listen(n =>
        {
            if (n is Workflows.Running.WorkChanged { Work: { ActivityId: "B", Status: "Faulted" } })
            {
                faulted.TrySetResult();
            }
        });
        var json = Flowchart(
            [Activity("S", "Elsa.Start"), Activity("A", "Test.Work", new { hold = true }), Activity("B", "Test.Work", new { failures = 9 }), Activity("C", "Test.Work"), Activity("D", "Test.Work")],
            ["S->A", "S->B", "S->C", "S->D"]);
        var id = await engine.Engine.StartRunAsync(new() { Definition = Definitions.DefinitionReader.Read(json) }, CancellationToken.None);
        await faulted.Task;

        Assert.Equal(0, engine.Engine.Dispatcher.Load.Waiting);
        engine.Journal.Release.SetResult();
        Assert.Equal("Faulted", (await WaitForEndAsync(engine, id!)).SubStatus);
        Assert.Equal(["A", "B"], engine.Journal.Attempts.Select(a => a.Activity).Order());
    }

    [Fact]
    public async Task A_connected_Failed_port_is_followed_instead_of_an_incident()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        var report = await engine.RunAsync(Flowchart([Activity("A", "Test.Work", new { failures = 9 }), Activity("B", "Elsa.WriteLine", new { text = "mended" })], ["A:Failed->B"]));
        Assert.Equal("Finished", report.SubStatus);
        Assert.Empty(report.Incidents);
        Assert.Equal(["mended"], report.Lines);
    }

    [Fact]
    public async Task What_is_connected_to_Failed_can_read_why()
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(Flowchart(
            [Activity("A", "Test.Work", new { failures = 9 }), Activity("B", "Elsa.WriteLine", new { text = "" })], ["A:Failed->B"]))!;
        json["variables"] = System.Text.Json.Nodes.JsonNode.Parse("""[{"id":"v","name":"why","typeName":"String"}]""");
        json["root"]!["activities"]![0]!["error"] = System.Text.Json.Nodes.JsonNode.Parse("""{"typeName":"String","memoryReference":{"id":"v"}}""");
        json["root"]!["activities"]![1]!["text"]!["expression"] = System.Text.Json.Nodes.JsonNode.Parse("""{"type":"Variable","value":{"id":"v","name":"why"}}""");
        await using var engine = await TestEngine.StartAsync(_folder);
        Assert.Equal(["Attempt 1 fails."], (await engine.RunAsync(json.ToJsonString())).Lines);
    }

    [Fact]
    public async Task A_run_that_another_process_left_goes_on_and_its_lost_attempt_is_tried_again()
    {
        var json = Flowchart([Activity("A", "Test.Work", new { hold = true }), Activity("B", "Elsa.WriteLine", new { text = "after" })], ["A->B"]);
        var first = await TestEngine.StartAsync(_folder);
        var id = await first.Engine.StartRunAsync(new() { Definition = Definitions.DefinitionReader.Read(json) }, CancellationToken.None);
        await first.Journal.Holding.Task;
        await first.Engine.DisposeAsync();

        var journal = new WorkJournal();
        journal.Release.SetResult();
        await using var second = await TestEngine.StartAsync(_folder, journal);
        var report = await WaitForEndAsync(second, id!);
        Assert.Equal("Finished", report.SubStatus);
        Assert.Equal(["after"], report.Lines);
        Assert.Equal([("A", 2)], journal.Attempts.Select(a => (a.Activity, a.Attempt)));
    }

    [Fact]
    public async Task Draining_hands_work_back_without_counting_the_attempt()
    {
        var json = Flowchart([Activity("A", "Test.Work", new { hold = true })], []);
        var first = await TestEngine.StartAsync(_folder, options: new() { Node = "test", DrainPatience = TimeSpan.Zero });
        var id = await first.Engine.StartRunAsync(new() { Definition = Definitions.DefinitionReader.Read(json) }, CancellationToken.None);
        await first.Journal.Holding.Task;
        await first.DisposeAsync();

        var journal = new WorkJournal();
        journal.Release.SetResult();
        await using var second = await TestEngine.StartAsync(_folder, journal);
        Assert.Equal("Finished", (await WaitForEndAsync(second, id!)).SubStatus);
        Assert.Equal([1], journal.Attempts.Select(a => a.Attempt));
    }

    [Fact]
    public async Task Cancelling_a_run_stops_its_work()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        var json = Flowchart([Activity("A", "Test.Work", new { hold = true })], []);
        var id = await engine.Engine.StartRunAsync(new() { Definition = Definitions.DefinitionReader.Read(json) }, CancellationToken.None);
        await engine.Journal.Holding.Task;
        Assert.True(await engine.Engine.CancelRunAsync(id!, "enough", CancellationToken.None));
        var report = await WaitForEndAsync(engine, id!);
        Assert.Equal("Cancelled", report.SubStatus);
        Assert.Equal("Canceled", report.Executions.Single(e => e.ActivityId == "A").Status);
    }

    [Fact]
    public async Task An_event_resumes_the_run_that_waits_for_it()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        var json = Flowchart([Activity("A", "Elsa.Event", new { eventName = "go" }), Activity("B", "Elsa.WriteLine", new { text = "went" })], ["A->B"]);
        var waiting = await engine.RunAsync(json);
        Assert.Equal("Suspended", waiting.SubStatus);
        Assert.Equal(1, (await engine.Engine.PublishEventAsync("go", 42, null, CancellationToken.None)).Told);
        Assert.Equal(["went"], (await WaitForEndAsync(engine, waiting.Id)).Lines);
    }

    [Fact]
    public async Task A_thousand_works_of_one_run_all_complete_once()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        var works = Enumerable.Range(0, 1000).Select(i => Activity($"W{i}", "Test.Work", new { value = $"{i}" })).ToArray();
        var report = await engine.RunAsync(Flowchart(
            [Activity("S", "Elsa.Start"), .. works, Activity("J", "Elsa.WriteLine", new { text = "all" })],
            [.. works.Select(w => $"S->{w["id"]}"), .. works.Select(w => $"{w["id"]}->J")]));
        Assert.Equal("Finished", report.SubStatus);
        Assert.Equal(["all"], report.Lines);
        Assert.Equal(1000, engine.Journal.Attempts.Select(a => a.Activity).Distinct().Count());
        Assert.Equal(1000, engine.Journal.Attempts.Count);
    }

    private static async Task<Workflows.Running.RunReport> WaitForEndAsync(TestEngine engine, string id)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = engine.Engine.Feed.Listen(n =>
        {
            if (n.Run.Id == id && n.Run.FinishedAt is not null)
            {
                ended.TrySetResult();
            }
        });
        if ((await engine.Engine.FindRunAsync(id, CancellationToken.None))!.FinishedAt is null)
        {
            await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }

        return (await engine.Engine.ReportAsync(id, CancellationToken.None))!;
    }
}
