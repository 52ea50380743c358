using System.Text.Json;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.Running;
using Dag.Workflows.Tests.Running;
using Dag.Workflows.Tests.Runs;

namespace Dag.Workflows.Tests.Flowcharts;

/// <summary>The incident strategy Dag.Propagate, and runWhen.</summary>
public sealed class PropagateTests
{
    [Theory]
    [InlineData("allSucceeded", "Run", "Skip", "UpstreamFailed", "UpstreamFailed")]
    [InlineData("oneSucceeded", "Run", "Skip", "UpstreamFailed", "Run")]
    [InlineData("allDone", "Run", "Skip", "Run", "Run")]
    [InlineData("noneFailed", "Run", "Run", "UpstreamFailed", "UpstreamFailed")]
    [InlineData("oneFailed", "Skip", "Skip", "Run", "Run")]
    [InlineData("allFailed", "Skip", "Skip", "Run", "Skip")]
    [InlineData("always", "Run", "Run", "Run", "Run")]
    public void Each_rule_decides_by_what_became_of_the_branches(string rule, string followed, string none, string failed, string both)
    {
        var when = Enum.Parse<RunWhen>(rule, ignoreCase: true);
        Assert.Equal(
            [followed, none, failed, both],
            new[] { (true, false), (false, false), (false, true), (true, true) }.Select(c => RunWhenRules.Decide(when, c.Item1, c.Item2).ToString()));
    }

    [Fact]
    public async Task Branches_beside_a_failure_go_on_and_what_is_behind_it_is_upstream_failed()
    {
        var run = await RunAsync([Line("A"), Work("W", failures: 1), Line("B"), Work("V"), Line("C")], "A->W", "A->B", "W->V", "V->C");
        Assert.Equal("Finished/Faulted lines=[A; B] incidents=[W: attempt 1 failed]", RunText.Of(run));
        Assert.Equal(["V", "C"], UpstreamFailedIn(run));
    }

    [Fact]
    public async Task A_failure_that_another_activity_takes_up_does_not_fault_the_run()
    {
        var run = await RunAsync([Work("W", failures: 1), Line("B"), Line("Tell", "allDone")], "W->B", "B->Tell");
        Assert.Equal("Finished/Finished lines=[Tell] incidents=[W: attempt 1 failed]", RunText.Of(run));
    }

    [Theory]
    [InlineData("allSucceeded", "Finished/Faulted", "")]
    [InlineData("oneSucceeded", "Finished/Finished", "J")]
    [InlineData("allDone", "Finished/Finished", "J")]
    [InlineData("noneFailed", "Finished/Faulted", "")]
    [InlineData("oneFailed", "Finished/Finished", "J")]
    [InlineData("allFailed", "Finished/Finished", "")]
    [InlineData("always", "Finished/Finished", "J")]
    public async Task Where_a_good_branch_and_a_failed_one_meet_the_rule_decides(string rule, string status, string lines)
    {
        var run = await RunAsync([Line("A"), Line("B"), Work("W", failures: 1), Line("J", rule)], "A->B", "A->W", "B->J", "W->J");
        Assert.StartsWith($"{status} lines=[A; B{(lines.Length > 0 ? "; " + lines : "")}]", RunText.Of(run));
    }

    [Theory]
    [InlineData("WaitAny", "Finished/Finished lines=[A; B; K]")]
    [InlineData("WaitAll", "Finished/Faulted lines=[A; B]")]
    [InlineData("WaitAllActive", "Finished/Faulted lines=[A; B]")]
    public async Task Joins_take_a_failure_by_their_mode(string mode, string expected)
    {
        var run = await RunAsync(
            [Line("A"), Line("B"), FlowJson.Activity("X", "Elsa.Fault", new { message = "boom" }), FlowJson.Activity("J", "Elsa.FlowJoin", new { mode }), Line("K")],
            "A->X", "A->B", "X->J", "B->J", "J->K");
        Assert.StartsWith(expected, RunText.Of(run));
    }

    [Fact]
    public async Task A_join_of_any_all_of_whose_branches_fail_is_upstream_failed()
    {
        var run = await RunAsync([Line("A"), Work("V", failures: 1), Work("W", failures: 1), FlowJson.Activity("J", "Elsa.FlowJoin"), Line("K")], "A->V", "A->W", "V->J", "W->J", "J->K");
        Assert.Equal(["J", "K"], UpstreamFailedIn(run));
    }

    [Fact]
    public async Task Retries_come_first_and_a_connected_failed_port_is_no_failure()
    {
        var retried = FlowJson.Activity("W", "Test.Work", new { failures = 1 }, new { retries = new { maxAttempts = 2, delay = "00:00:10" } });
        Assert.Equal("Finished/Finished lines=[B]", RunText.Of(await RunAsync([retried, Line("B")], "W->B")));
        Assert.Equal(
            "Finished/Finished lines=[Bad]", RunText.Of(await RunAsync([Work("W", failures: 1), Line("Good"), Line("Bad")], "W->Good", "W:Failed->Bad")));
    }

    [Fact]
    public async Task A_container_fails_with_its_child_and_the_rest_of_it_does_not_run()
    {
        var sequence = FlowJson.Activity("S", "Elsa.Sequence");
        sequence["activities"] = new object[] { Line("A"), Work("W", failures: 1), Line("B") };
        var loop = FlowJson.Activity("L", "Elsa.ForEach");
        loop["items"] = new { typeName = "Object[]", expression = new { type = "Object", value = "[1,2,3]" } };
        loop["body"] = sequence;
        var run = await RunAsync([loop, Line("After"), Line("Tell", "oneFailed")], "L->After", "After->Tell");
        Assert.Equal("Finished/Finished lines=[A; Tell] incidents=[W: attempt 1 failed]", RunText.Of(run));
        Assert.Equal(["After"], UpstreamFailedIn(run));
    }

    [Fact]
    public async Task Parallel_branches_all_end_before_the_container_fails()
    {
        var parallel = FlowJson.Activity("P", "Elsa.Parallel");
        parallel["activities"] = new object[] { Work("W", failures: 1), Line("A"), FlowJson.Activity("D", "Elsa.Delay", new { timeSpan = "00:00:10" }) };
        Assert.Equal("Finished/Faulted lines=[A] incidents=[W: attempt 1 failed] bursts=2", RunText.Of(await RunAsync([parallel, Line("After")], "P->After")));
    }

    [Fact]
    public async Task A_loop_ends_with_the_round_that_fails()
    {
        var again = FlowJson.Activity("again", "Elsa.FlowDecision", new { condition = true });
        var run = await RunAsync([Line("A"), Work("W", failures: 1), again, Line("End", "allDone")], "A->W", "W->again", "again:True->A", "again:False->End");
        Assert.Equal("Finished/Finished lines=[A; End] incidents=[W: attempt 1 failed]", RunText.Of(run));
    }

    [Fact]
    public async Task What_always_runs_does_not_run_on_a_dead_path_in_a_loop()
    {
        var again = FlowJson.Activity("again", "Elsa.FlowDecision", new { condition = false });
        var run = await RunAsync([Line("A"), again, Line("B", "always"), Line("End")], "A->again", "again:True->B", "B->again", "again:False->End");
        Assert.Equal("Finished/Finished lines=[A; End]", RunText.Of(run));
    }

    [Fact]
    public async Task In_token_mode_nothing_follows_a_failure_and_the_flowchart_fails_at_its_end()
    {
        var run = await InMemoryRun.RunAsync(
            FlowJson.Flowchart(
                [Line("A"), Work("W", failures: 1), Line("B"), FlowJson.Activity("J", "Elsa.WriteLine", new { text = "J" }, new { mergeMode = "Merge" })],
                ["A->W", "A->B", "W->J", "B->J"],
                new { incidentStrategyType = "Dag.Propagate" }),
            mode: FlowchartMode.Token);
        Assert.Equal("Finished/Faulted lines=[A; B] incidents=[W: attempt 1 failed]", RunText.Of(run));
    }

    [Fact]
    public async Task Other_strategies_know_no_rules()
    {
        var run = await InMemoryRun.RunAsync(FlowJson.Flowchart([Line("A"), Line("B", "oneFailed")], ["A->B"]));
        Assert.Equal("Finished/Finished lines=[A; B]", RunText.Of(run));
    }

    [Fact]
    public async Task Reports_show_what_is_upstream_failed()
    {
        var run = await RunAsync([Work("W", failures: 1), Work("V")], "W->V");
        var report = RunReport.Of("run-1", run.State.Graph, [.. run.Events]);
        Assert.Equal(
            ["Workflow1 Faulted", "fc Faulted", "W Faulted", "V UpstreamFailed"], report.Executions.Select(e => $"{e.ActivityId} {e.Status}"));
        Assert.All(report.Executions, e => Assert.NotNull(e.FinishedAt));
    }

    [Theory]
    [InlineData("\"sometimes\"")]
    [InlineData("3")]
    public void A_rule_that_is_not_known_is_a_fault_of_the_definition(string rule)
    {
        var activity = Line("A");
        activity["customProperties"] = JsonSerializer.Deserialize<JsonElement>($$"""{ "runWhen": {{rule}} }""");
        var fault = Assert.Single(InMemoryRun.Compile(FlowJson.Flowchart([activity], [])).Faults);
        Assert.Contains(rule, fault.Message);
        Assert.Contains("allSucceeded, oneSucceeded, allDone, noneFailed, oneFailed, allFailed, always", fault.Fix);
    }

    private static IEnumerable<string> UpstreamFailedIn(InMemoryRun run) =>
        run.Events.SelectMany(e => InMemoryRun.ChangesOf(e)?.UpstreamFailed ?? []).Select(u => u.Node.Id);

    private static Task<InMemoryRun> RunAsync(IEnumerable<object> activities, params string[] connections) =>
        InMemoryRun.RunAsync(FlowJson.Flowchart(activities, connections, new { incidentStrategyType = "Dag.Propagate" }));

    private static Dictionary<string, object?> Line(string id, string? runWhen = null) =>
        FlowJson.Activity(id, "Elsa.WriteLine", new { text = id }, runWhen is null ? null : new { runWhen });

    private static Dictionary<string, object?> Work(string id, int failures = 0) => FlowJson.Activity(id, "Test.Work", new { failures });
}
