using Dag.Workflows.Flowcharts;
using Dag.Workflows.Graph;
using Dag.Workflows.Tests.Runs;
using FsCheck;
using FsCheck.Fluent;

namespace Dag.Workflows.Tests.Flowcharts;

public sealed class FlowchartPropertyTests
{
    private const int Limit = 600;

    // How often the usual number of cases is tried; DAG_PROPERTY_TIMES=10 is for a change of the planners.
    private static readonly int Times = int.TryParse(Environment.GetEnvironmentVariable("DAG_PROPERTY_TIMES"), out var given) ? given : 1;

    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(1000 * Times);

    private static readonly Config Replays = Config.WithMaxTest(60 * Times);

    [Theory]
    [InlineData(FlowchartMode.Counter)]
    [InlineData(FlowchartMode.Token)]
    public void Executes_what_the_slow_model_executes_in_the_same_order(FlowchartMode mode) => Prop.ForAll(Workflows(), w => CheckAsync(w, mode)).Check(Config);

    [Theory]
    [InlineData(FlowchartMode.Counter)]
    [InlineData(FlowchartMode.Token)]
    public void A_run_that_is_interrupted_anywhere_ends_the_same(FlowchartMode mode) =>
        Prop.ForAll(Workflows(), w => ReplayCheck.CheckInterruptionsAsync(InMemoryRun.Compile(w.Make().ToWorkflow(w.Strategy)), mode: mode)).Check(Replays);

    [Theory]
    [InlineData(FlowchartMode.Counter)]
    [InlineData(FlowchartMode.Token)]
    public void A_snapshot_and_the_rest_of_the_events_give_the_state_of_all_events(FlowchartMode mode) =>
        Prop.ForAll(Workflows(), w => ReplayCheck.CheckSnapshotsAsync(InMemoryRun.Compile(w.Make().ToWorkflow(w.Strategy)), mode: mode)).Check(Replays);

    [Theory]
    [InlineData(FlowchartMode.Counter)]
    [InlineData(FlowchartMode.Token)]
    public void Stored_events_fold_to_the_live_state(FlowchartMode mode) =>
        Prop.ForAll(Workflows(), w => ReplayCheck.CheckStatesAsync(InMemoryRun.Compile(w.Make().ToWorkflow(w.Strategy)), mode: mode)).Check(Replays);

    [Fact]
    public void Forward_backward_and_valid_connections_are_those_of_the_slow_model() => Prop.ForAll(Graphs(), CheckGraph).Check(Config);

    private static async Task CheckAsync(Generated workflow, FlowchartMode mode)
    {
        var part = workflow.Make();
        var model = ElsaModel.Run(part, workflow.Strategy, Limit, mode == FlowchartMode.Token);
        if ((mode == FlowchartMode.Token || workflow.Strategy == IncidentStrategy.Propagate) && model.Executed.Count >= Limit)
        {
            // What runs once for each token may run very often; what runs whatever fails may run again and again.
            return;
        }

        var run = await InMemoryRun.RunAsync(InMemoryRun.Compile(part.ToWorkflow(workflow.Strategy)), mode: mode);
        var executed = InMemoryRun.BegunIn(run.Events, run.State.Graph).Skip(1).ToList();

        Assert.True(executed.Count < Limit, "A generated workflow does not end.");
        Assert.Equal(string.Join(' ', model.Executed), string.Join(' ', executed));
        Assert.Equal(model.Incidents, run.State.Incidents.Select(i => $"{i.ActivityId}: {i.Message}"));
        Assert.Equal(model.UpstreamFailed, run.Events.SelectMany(e => InMemoryRun.ChangesOf(e)?.UpstreamFailed ?? []).Select(u => u.Node.Id));
        Assert.Equal(model.Status, $"{run.Status}/{run.State.SubStatus}");
    }

    private static void CheckGraph((int Count, (int Source, string? Port, int Target)[] Edges) given)
    {
        var start = FlowGraphModel.StartOf(given.Count, given.Edges);
        var model = new FlowGraphModel(given.Edges, start);
        var graph = new FlowGraph(given.Count, [.. model.Edges.Select(e => new FlowEdge(e.Source, e.Port, e.Target))], start);
        var reachable = Enumerable.Range(0, given.Count).Where(n => n == start || model.Forward.Any(e => e.Target == n)).ToHashSet();
        for (var i = 0; i < graph.Edges.Length; i++)
        {
            var edge = model.Edges[i];
            Assert.Equal(model.Forward.Contains(edge), graph.IsForward[i]);
            if (!graph.IsForward[i] && reachable.Contains(edge.Source))
            {
                Assert.Equal(model.IsValidBackward(edge), graph.BackwardValid[i]);
            }
        }

        foreach (var node in reachable)
        {
            Assert.Equal(model.AncestorsOf(node).Order(), Enumerable.Range(0, given.Count).Where(n => graph.AncestorsOf(node)[n]));
            Assert.False(graph.IsDangling(node));
        }

        Assert.Equal(Enumerable.Range(0, given.Count).Where(model.IsInLoop), Enumerable.Range(0, given.Count).Where(graph.IsInLoop));
    }

    private static Arbitrary<Generated> Workflows() => (
        from seed in Gen.Choose(1, int.MaxValue - 1)
        from size in Gen.Choose(1, 12)
        from strategy in Gen.Elements(Enum.GetValues<IncidentStrategy>())
        select new Generated(seed, size, strategy)).ToArbitrary();

    private static Arbitrary<(int Count, (int Source, string? Port, int Target)[] Edges)> Graphs() => (
        from count in Gen.Elements(3, 5, 8, 8, 8, 20)
        from edges in (
            from source in Gen.Choose(0, count - 1)
            from target in Gen.Choose(0, count - 1)
            from port in Gen.Elements("Done", null, "True")
            select (source, (string?)port, target)).ListOf()
        select (count, edges.Take(count * 5 / 2).ToArray())).ToArbitrary();

    /// <summary>A workflow that its numbers make up.</summary>
    internal sealed record Generated(int Seed, int Size, IncidentStrategy Strategy)
    {
        // Elsa knows no work that is not started any more after a fault.
        public Part Make() => new PartGenerator(Seed, works: Strategy != IncidentStrategy.Fault).Flowchart(Size);

        public override string ToString() => $"seed {Seed}, size {Size}, {Strategy}: {Make().ToWorkflow(Strategy)}";
    }
}
