using Dag.Workflows.Definitions;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Dag.Workflows.Tests.Running;

namespace Dag.Workflows.Tests.Composition;

/// <summary>Runs that start others: with and without waiting, one and many, also over a restart and a cancellation.</summary>
public sealed class ChildRunTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dag-children-").FullName;
    private TestEngine _engine = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _engine = await TestEngine.StartAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Execute_runs_a_workflow_and_tells_how_it_ended(bool waits)
    {
        await PublishAsync("twice", Line("'in it'"), Output("Result", "getN() * 2"));
        var run = await RunAsync(Execute("x", "twice", waits, """{"N":21}""", "order-7"), Line("JSON.stringify(getR().output) + getR().status + getR().subStatus"));
        Assert.Equal("Finished", run.SubStatus);
        Assert.Equal(["""{"Result":42}FinishedFinished"""], run.Lines);
        var child = Assert.Single(await ChildrenAsync(run.Id));
        Assert.Equal((child.Id, "order-7", "Finished"), (((IReadOnlyDictionary<string, object?>)run.Output["r"]!)["workflowInstanceId"], child.CorrelationId, child.SubStatus));
        Assert.Equal(["in it"], (await ReportAsync(child.Id)).Lines);
    }

    [Fact]
    public async Task A_child_knows_who_started_it()
    {
        await PublishAsync("asks", Line("getInput('ParentInstanceId')"));
        var run = await RunAsync(Execute("x", "asks", waits: true));
        Assert.Equal([run.Id], (await ReportAsync(Assert.Single(await ChildrenAsync(run.Id)).Id)).Lines);
    }

    [Fact]
    public async Task Execute_that_need_not_wait_goes_on_when_the_child_waits()
    {
        await PublishAsync("waits", Output("Half", "1"), Wait("Go"), Output("Whole", "2"));
        var run = await RunAsync(Execute("x", "waits", waits: false), Line("getR().status + getR().subStatus + JSON.stringify(getR().output)"));
        Assert.Equal(("Finished", """RunningSuspended{"Half":1}"""), (run.SubStatus, Assert.Single(run.Lines)));
        Assert.Equal("Suspended", Assert.Single(await ChildrenAsync(run.Id)).SubStatus);
    }

    [Theory]
    [InlineData("execute")]
    [InlineData("dispatch")]
    public async Task After_a_wait_the_result_is_the_childs_output(string how)
    {
        await PublishAsync("waits", Wait("Go"), Output("Result", "7"));
        var run = await RunAsync(how == "execute" ? Execute("x", "waits", waits: true) : Dispatch("x", "waits", waits: true), Line("JSON.stringify(getR())"));
        Assert.Equal("Suspended", run.SubStatus);
        await RestartAsync();
        Assert.Equal(1, (await _engine.Engine.PublishEventAsync("Go", null, null, Token)).Told);
        await _engine.Engine.QuietAsync();
        run = await ReportAsync(run.Id);
        Assert.Equal(("Finished", """{"Result":7}"""), (run.SubStatus, Assert.Single(run.Lines)));
    }

    [Fact]
    public async Task Dispatch_without_waiting_goes_on_at_once()
    {
        await PublishAsync("waits", Wait("Go"));
        var run = await RunAsync(Dispatch("x", "waits", waits: false), Line("'on'"));
        Assert.Equal(("Finished", "on"), (run.SubStatus, Assert.Single(run.Lines)));
        Assert.Equal("Suspended", Assert.Single(await ChildrenAsync(run.Id)).SubStatus);
    }

    [Theory]
    [InlineData("execute")]
    [InlineData("dispatch")]
    [InlineData("bulk")]
    public async Task A_workflow_that_is_not_published_faults(string how)
    {
        var run = await RunAsync(how switch { "execute" => Execute("x", "nope", waits: true), "dispatch" => Dispatch("x", "nope", waits: false), _ => Bulk("nope", "[1]") });
        Assert.Equal(("Faulted", "No published version of workflow definition with ID nope found."), (run.SubStatus, Assert.Single(run.Incidents).Message));
    }

    [Fact]
    public async Task A_child_that_faults_does_not_fault_its_parent()
    {
        await PublishAsync("faulty", Fault());
        var run = await RunAsync(Execute("x", "faulty", waits: true), Line("getR().status + getR().subStatus"));
        Assert.Equal(("Finished", "FinishedFaulted"), (run.SubStatus, Assert.Single(run.Lines)));
    }

    [Fact]
    public async Task A_child_that_cannot_be_started_faults_the_activity()
    {
        await _engine.Publisher.PublishAsync(DefinitionReader.Read(Workflow("typed", [Line("'never'")], inputs: """{"name":"N","type":"Int32"}""")), Token);
        var run = await RunAsync(Execute("x", "typed", waits: true, """{"N":"many"}"""));
        Assert.Equal("Faulted", run.SubStatus);
        Assert.Contains("'many' cannot be read as Int32", Assert.Single(run.Incidents).Message, StringComparison.Ordinal);
        Assert.Empty(await ChildrenAsync(run.Id));
        Assert.Empty(await _engine.Engine.Log.ReadOutboxAsync("test", 10, Token));
    }

    [Fact]
    public async Task Large_inputs_and_outputs_go_along()
    {
        await PublishAsync("echo", Output("Result", "getText() + getText()"));
        var text = new string('x', 40_000);
        var run = await RunAsync(Execute("x", "echo", waits: true, $$"""{"Text":"{{text}}"}"""), Line("getR().output.Result.length"));
        Assert.Equal(["80000"], run.Lines);
    }

    [Fact]
    public async Task Bulk_starts_a_run_for_each_item_and_waits_for_all()
    {
        await PublishAsync("fruit", Line("getItem() + ' ' + getKind()"));
        var run = await RunAsync(Bulk("fruit", """["Apple","Banana","Cherry"]""", input: """{"Kind":"ripe"}""", correlation: "'c-' + args.item"), Line("'all'"));
        Assert.Equal(("Finished", "all"), (run.SubStatus, Assert.Single(run.Lines)));
        var children = await ChildrenAsync(run.Id);
        Assert.Equal(["c-Apple", "c-Banana", "c-Cherry"], children.Select(c => c.CorrelationId).Order());
        var lines = new List<string>();
        foreach (var child in children)
        {
            lines.AddRange((await ReportAsync(child.Id)).Lines);
        }

        Assert.Equal(["Apple ripe", "Banana ripe", "Cherry ripe"], lines.Order());
        Assert.Equal(["Completed", "Done"], run.Executions.Single(e => e.ActivityId == "bulk").Outcomes);
    }

    [Fact]
    public async Task The_members_of_items_that_are_objects_become_inputs()
    {
        await PublishAsync("greet", Line("getName() + ' ' + getAge() + ' ' + getItem()"));
        var run = await RunAsync(Bulk("greet", """[{"Name":"Ada","Age":36}]"""));
        Assert.Equal(["Ada 36 null"], (await ReportAsync(Assert.Single(await ChildrenAsync(run.Id)).Id)).Lines);
    }

    [Theory]
    [InlineData("[]", true)]
    [InlineData("[1,2,3]", false)]
    public async Task Bulk_leaves_by_Done_when_there_is_nothing_to_wait_for(string items, bool waits)
    {
        await PublishAsync("waits", Wait("Go"));
        var run = await RunAsync(Bulk("waits", items, waits: waits));
        Assert.Equal("Finished", run.SubStatus);
        Assert.Equal(["Done"], run.Executions.Single(e => e.ActivityId == "bulk").Outcomes);
        Assert.Equal(waits ? 0 : 3, (await ChildrenAsync(run.Id)).Count);
    }

    [Fact]
    public async Task Ports_run_for_each_child_with_its_id()
    {
        await PublishAsync("maybe", """{"id":"if","type":"Elsa.If","condition":{"expression":{"type":"JavaScript","value":"getItem() > 1"}},"then":{"id":"f","type":"Elsa.Fault","message":"boom"}}""");
        var run = await RunAsync(Bulk(
            "maybe", "[1,2,3]", ports: $$""","childCompleted":{{Line("'good ' + getChildInstanceId()", "good")}},"childFaulted":{{Line("'bad ' + getChildInstanceId()", "bad")}}"""));
        Assert.Equal("Finished", run.SubStatus);
        var children = (await ChildrenAsync(run.Id)).ToDictionary(c => c.Id, c => c.SubStatus);
        Assert.Equal(3, run.Lines.Distinct().Count());
        Assert.All(run.Lines, l => Assert.Equal(l.StartsWith("good", StringComparison.Ordinal) ? "Finished" : "Faulted", children[l.Split(' ')[1]]));
        Assert.Single(run.Lines, l => l.StartsWith("good", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bulk_waits_for_those_that_are_left_also_over_a_restart()
    {
        await PublishAsync("waits", Wait("Go"));
        var run = await RunAsync(Bulk("waits", "[1,2,3]", correlation: "'c' + args.item"));
        Assert.Equal("Suspended", run.SubStatus);
        await PublishEventAsync("c1");
        await RestartAsync();
        await PublishEventAsync("c2");
        Assert.Equal("Suspended", (await ReportAsync(run.Id)).SubStatus);
        await RestartAsync();
        await PublishEventAsync("c3");
        Assert.Equal("Finished", (await ReportAsync(run.Id)).SubStatus);
    }

    [Fact]
    public async Task A_thousand_children_end_once_each()
    {
        await PublishAsync("one", Line("getItem()"));
        var run = await RunAsync(Bulk("one", "{}", script: "Array.from({length: 1000}, (x, i) => i)"));
        Assert.Equal("Finished", run.SubStatus);
        Assert.Equal(1000, (await ChildrenAsync(run.Id)).Count(c => c.SubStatus == "Finished"));
    }

    [Theory]
    [InlineData("execute")]
    [InlineData("dispatch")]
    [InlineData("bulk")]
    public async Task Cancelling_a_parent_cancels_the_children_that_it_waits_for_and_theirs(string how)
    {
        await PublishAsync("grandchild", Wait("Go"));
        await PublishAsync("child", Execute("x", "grandchild", waits: true));
        await PublishAsync("free", Wait("Go"));
        var waits = how switch { "execute" => Execute("x", "child", waits: true), "dispatch" => Dispatch("x", "child", waits: true), _ => Bulk("child", "[1,2]") };
        var run = await RunAsync(Dispatch("free", "free", waits: false), waits);
        Assert.True(await _engine.Engine.CancelRunAsync(run.Id, null, Token));
        await _engine.Engine.QuietAsync();
        var runs = (await _engine.Engine.ListRunsAsync(new RunFilter(), Token)).Runs;
        Assert.Equal(how == "bulk" ? 6 : 4, runs.Count);
        Assert.Equal(["free"], runs.Where(r => r.SubStatus != "Cancelled").Select(r => r.DefinitionId));
    }

    [Fact]
    public async Task A_child_that_was_not_started_yet_is_not_started_when_its_parent_is_cancelled()
    {
        await PublishAsync("child", Wait("Go"));
        await _engine.Engine.Outbox.StopAsync();
        var run = (await _engine.RunAsync(Workflow("main", [Dispatch("x", "child", waits: true)]))).Id;
        Assert.Single(await _engine.Engine.Log.ReadOutboxAsync("test", 10, Token));
        Assert.True(await _engine.Engine.CancelRunAsync(run, null, Token));
        await _engine.Engine.FindHeld(run)!.Ended;
        Assert.Empty(await _engine.Engine.Log.ReadOutboxAsync("test", 10, Token));
        await RestartAsync();
        Assert.Empty(await ChildrenAsync(run));
    }

    [Fact]
    public async Task An_activity_that_is_cancelled_cancels_its_child_while_the_run_goes_on()
    {
        await PublishAsync("child", Wait("Never"));
        var run = await RunAsync("""{"id":"fork","type":"Elsa.Fork","joinMode":"WaitAny","branches":[{"id":"in","type":"Elsa.Sequence","activities":[""" + Execute("x", "child", waits: true) + "]}," + Wait("Go") + "]}", Line("'on'"));
        Assert.Equal("Suspended", run.SubStatus);
        await PublishEventAsync(null);
        Assert.Equal("Finished", (await ReportAsync(run.Id)).SubStatus);
        Assert.Equal("Cancelled", Assert.Single(await ChildrenAsync(run.Id)).SubStatus);
    }

    [Fact]
    public async Task What_a_run_wanted_to_start_before_its_process_ended_is_started_by_the_next()
    {
        await PublishAsync("child", Output("Result", "7"));
        await _engine.Engine.Outbox.StopAsync();
        var run = (await _engine.RunAsync(Workflow("main", [Execute("x", "child", waits: true), Dispatch("y", "child", waits: false)]))).Id;
        Assert.Empty(await ChildrenAsync(run));
        await RestartAsync();
        Assert.Equal("Finished", (await ReportAsync(run)).SubStatus);
        Assert.Equal(2, (await ChildrenAsync(run)).Count);
    }

    [Fact]
    public async Task Children_are_not_asked_for_activation_strategies_as_in_Elsa_but_are_in_the_way_of_others()
    {
        var single = DefinitionReader.Read(Workflow("single", [Wait("Go")], options: """{"activationStrategyType":"Singleton"}"""));
        await _engine.Publisher.PublishAsync(single, Token);
        var run = await RunAsync(Bulk("single", "[1,2]"));
        Assert.Equal(2, (await ChildrenAsync(run.Id)).Count);
        await Assert.ThrowsAsync<StartRefusedException>(() => _engine.Engine.StartRunAsync(new StartRequest { Definition = single }, Token));
    }

    private async Task<RunReport> RunAsync(params string[] activities)
    {
        var id = (await _engine.RunAsync(Workflow("main", activities))).Id;
        await _engine.Engine.QuietAsync();
        return await ReportAsync(id);
    }

    private async Task RestartAsync()
    {
        await _engine.DisposeAsync();
        _engine = await TestEngine.StartAsync(_folder);
        await _engine.Engine.QuietAsync();
    }

    private async Task PublishEventAsync(string? correlationId)
    {
        await _engine.Engine.PublishEventAsync("Go", null, correlationId, Token);
        await _engine.Engine.QuietAsync();
    }

    private async Task<RunReport> ReportAsync(string id) => (await _engine.Engine.ReportAsync(id, Token))!;

    private async Task<IReadOnlyList<RunSummary>> ChildrenAsync(string id) =>
        (await _engine.Engine.ListRunsAsync(new RunFilter { ParentRunId = id, Take = int.MaxValue }, Token)).Runs;

    private Task PublishAsync(string id, params string[] activities) => _engine.Publisher.PublishAsync(DefinitionReader.Read(Workflow(id, activities)), Token);

    private static string Workflow(string id, string[] activities, string inputs = "", string options = "{}") => $$"""
        {
          "definitionId": "{{id}}", "name": "{{id}}", "options": {{options}},
          "inputs": [ {{inputs}} {{(inputs.Length > 0 ? "" : string.Join(',', ((string[])["N", "Text", "Item", "Kind", "Name", "Age"]).Select(n => $$"""{"name":"{{n}}"}""")))}} ],
          "outputs": [ {"name":"r"} ],
          "variables": [ {"id":"v","name":"R"} ],
          "root": { "id": "s", "type": "Elsa.Sequence", "activities": [ {{string.Join(", ", activities)}} ] }
        }
        """;

    private static string Line(string script, string? id = null) =>
        $$$"""{"id":"{{{id ?? "l"}}}","type":"Elsa.WriteLine","text":{"expression":{"type":"JavaScript","value":"{{{System.Text.Json.JsonEncodedText.Encode(script)}}}"} } }""";

    private static string Output(string name, string script) =>
        $$$"""{"id":"o{{{name}}}","type":"Elsa.SetOutput","outputName":"{{{name}}}","outputValue":{"expression":{"type":"JavaScript","value":"{{{script}}}"} } }""";

    private static string Wait(string name) => $$"""{"id":"w{{name}}","type":"Elsa.Event","eventName":"{{name}}"}""";

    private static string Fault() => """{"id":"f","type":"Elsa.Fault","message":"boom"}""";

    private static string Execute(string id, string workflow, bool waits, string input = "{}", string? correlation = null) => Start("ExecuteWorkflow", id, workflow, waits, input, correlation);

    private static string Dispatch(string id, string workflow, bool waits) => Start("DispatchWorkflow", id, workflow, waits, "{}", null);

    // The result goes into a variable, and, by a second activity, into the run's output.
    private static string Start(string type, string id, string workflow, bool waits, string input, string? correlation) => $$$"""
        {"id":"{{{id}}}","type":"Elsa.{{{type}}}","workflowDefinitionId":"{{{workflow}}}","waitForCompletion":{{{(waits ? "true" : "false")}}},
         "correlationId":{{{(correlation is null ? "null" : $"\"{correlation}\"")}}},
         "input":{"typeName":"ObjectDictionary","expression":{"type":"Object","value":"{{{System.Text.Json.JsonEncodedText.Encode(input)}}}"} },
         "result":{"memoryReference":{"id":"v"} } },
        {"id":"{{{id}}}-r","type":"Elsa.SetOutput","outputName":"r","outputValue":{"expression":{"type":"Variable","value":{"id":"v"} } } }
        """;

    private static string Bulk(
        string workflow, string items, bool waits = true, string input = "{}", string? correlation = null, string ports = "", string? script = null)
    {
        var function = correlation is null ? "null" : $$"""{"expression":{"type":"JavaScript","value":"{{correlation}}"} }""";
        return $$$"""
            {"id":"bulk","type":"Elsa.BulkDispatchWorkflows","workflowDefinitionId":"{{{workflow}}}","waitForCompletion":{{{(waits ? "true" : "false")}}},
             "items":{"typeName":"Object","expression":{"type":"JavaScript","value":"{{{System.Text.Json.JsonEncodedText.Encode(script ?? items)}}}"} },
             "input":{"typeName":"ObjectDictionary","expression":{"type":"Object","value":"{{{System.Text.Json.JsonEncodedText.Encode(input)}}}"} },
             "correlationIdFunction":{{{function}}} {{{ports}}} }
            """;
    }
}
