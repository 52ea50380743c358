using Dag.Workflows.Activities;
using Dag.Workflows.Composition;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;
using Dag.Workflows.Tests.Runs;

namespace Dag.Workflows.Tests.Composition;

/// <summary>Histories of runs that start others fold, as events and from snapshots, to the state that the run had.</summary>
public sealed class ChildRunReplayTests
{
    private static readonly ActivityCatalog Catalog = new([]) { Workflows = new EverythingIsPublished() };

    [Fact]
    public async Task Runs_that_start_others_are_restored_and_go_on_the_same_way()
    {
        var graph = Compile();
        await ReplayCheck.CheckStatesAsync(graph);
        await ReplayCheck.CheckInterruptionsAsync(graph);
        await ReplayCheck.CheckSnapshotsAsync(graph);
    }

    [Fact]
    public async Task What_children_report_is_folded_and_a_state_between_is_kept_by_snapshots()
    {
        var graph = Compile();
        var state = new RunState("run-1", graph);
        var burst = new Burst(state, TimeProvider.System);
        burst.Start(InMemoryRun.StartOf(graph, TimeProvider.System));
        await burst.DrainAsync(1000, CancellationToken.None);
        Assert.Equal(RunSubStatus.Executing, state.SubStatus);
        var executes = state.Open.Single(e => e.Node.Id == "x");
        Assert.Equal((true, 1, 1), (executes.IsBusy, executes.ChildRuns, state.BusyExecutions));
        CheckSnapshot(state, graph);

        var id = burst.Events.SelectMany(e => ExecutionEvent.ChangesOf(e)?.Outgoing ?? []).OfType<ChildStart>().Single().RunId;
        await burst.ChildReportedAsync(executes.Id, new ChildReport(id, RunSubStatus.Suspended, new Dictionary<string, object?>()));
        Assert.Equal((RunSubStatus.Suspended, false), (state.SubStatus, executes.IsBusy));
        CheckSnapshot(state, graph);

        await burst.ChildReportedAsync(executes.Id, new ChildReport(id, RunSubStatus.Finished, new Dictionary<string, object?> { ["a"] = 1 }));
        await burst.DrainAsync(1000, CancellationToken.None);
        var bulk = state.Open.Single(e => e.Node.Id == "bulk");
        Assert.Equal((3L, 3), (bulk.Index, bulk.ChildRuns));
        await burst.ChildReportedAsync(bulk.Id, new ChildReport("first", RunSubStatus.Cancelled, new Dictionary<string, object?>()));
        Assert.Equal(2, bulk.Index);
        CheckSnapshot(state, graph);

        using var writer = new EventWriter();
        var folded = new RunState("run-1", graph);
        foreach (var e in EventReader.Read(writer.Write(burst.Events), graph))
        {
            folded.Apply(e);
        }

        Assert.Equal(StateText.Of(state), StateText.Of(folded));
    }

    [Fact]
    public void A_child_has_the_same_id_however_often_it_is_decided_and_no_other_has_it()
    {
        Assert.Equal(ChildStart.IdOf("r", 0, 1, 2), ChildStart.IdOf("r", 0, 1, 2));
        Assert.Equal(5, new[] { ("r", 0, 1, 2), ("r", 1, 1, 2), ("r", 0, 2, 2), ("r", 0, 1, 3), ("s", 0, 1, 2) }.Select(p => ChildStart.IdOf(p.Item1, p.Item2, p.Item3, p.Item4)).Distinct().Count());
    }

    private static void CheckSnapshot(RunState state, WorkflowGraph graph) =>
        Assert.Equal(StateText.Of(state), StateText.Of(RunSnapshot.Read(RunSnapshot.Write(state), "run-1", graph)));

    private static WorkflowGraph Compile() => GraphCompiler.Compile(
        DefinitionReader.Read("""
            {"root":{"id":"s","type":"Elsa.Sequence","activities":[
              {"id":"x","type":"Elsa.ExecuteWorkflow","workflowDefinitionId":"child","waitForCompletion":true},
              {"id":"d","type":"Elsa.DispatchWorkflow","workflowDefinitionId":"child","correlationId":"c"},
              {"id":"bulk","type":"Elsa.BulkDispatchWorkflows","workflowDefinitionId":"child","items":{"expression":{"type":"Literal","value":[1,"two",null]}}},
              {"id":"p","type":"Elsa.PublishEvent","eventName":"Go","payload":[1,2],"correlationId":"c","isLocalEvent":true}]}}
            """),
        Catalog);

    private sealed class EverythingIsPublished : IPublishedWorkflows
    {
        public Task<string?> FindVersionAsync(string definitionId, CancellationToken cancellationToken) => Task.FromResult<string?>($"{definitionId}-v1");
    }
}
