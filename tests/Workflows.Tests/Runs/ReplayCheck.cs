using Dag.Workflows.Flowcharts;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Tests.Runs;

/// <summary>What must hold of the history of any run.</summary>
internal static class ReplayCheck
{
    /// <summary>After each step, the events so far, written and read, fold to the state that the run had then.</summary>
    public static async Task CheckStatesAsync(WorkflowGraph graph, IReadOnlyDictionary<string, object?>? input = null, FlowchartMode mode = FlowchartMode.Counter)
    {
        var live = await InMemoryRun.RunAsync(graph, input, batchSize: 1, mode: mode);
        var folded = new RunState("run-1", graph);
        var direct = new RunState("run-1", graph);
        foreach (var batch in live.Batches)
        {
            foreach (var e in batch)
            {
                direct.Apply(e);
            }

            foreach (var e in Stored(batch, graph))
            {
                folded.Apply(e);
            }

            Assert.Equal(StateText.Of(direct), StateText.Of(folded));
        }

        Assert.Equal(StateText.Of(live.State), StateText.Of(folded));
    }

    /// <summary>After each step the run is picked up by another process, which goes on.</summary>
    public static async Task CheckInterruptionsAsync(WorkflowGraph graph, IReadOnlyDictionary<string, object?>? input = null, FlowchartMode mode = FlowchartMode.Counter)
    {
        var live = await InMemoryRun.RunAsync(graph, input, batchSize: 1, mode: mode);
        foreach (var cut in Cuts(live.Batches.Count))
        {
            var stored = live.Batches.Take(cut).SelectMany(b => Stored(b, graph)).ToList();
            var state = new RunState("run-1", graph);
            foreach (var e in stored)
            {
                state.Apply(e);
            }

            var rest = await InMemoryRun.ContinueAsync(state);
            Assert.Equal(live.Lines, InMemoryRun.LinesOf(stored.Concat(rest.Events)));
            Assert.Equal(live.Completed, InMemoryRun.CompletedIn(stored.Concat(rest.Events), graph));
            Assert.Equal(StateText.Of(live.State), StateText.Of(state));
        }
    }

    /// <summary>A snapshot after any event, with the events after it, gives the state of all events; and the run goes on from it the same way.</summary>
    public static async Task CheckSnapshotsAsync(WorkflowGraph graph, IReadOnlyDictionary<string, object?>? input = null, FlowchartMode mode = FlowchartMode.Counter)
    {
        var live = await InMemoryRun.RunAsync(graph, input, batchSize: 1, mode: mode);
        var events = live.Batches.SelectMany(b => Stored(b, graph)).ToList();
        foreach (var cut in Cuts(events.Count))
        {
            var folded = new RunState("run-1", graph);
            foreach (var e in events.Take(cut))
            {
                folded.Apply(e);
            }

            var restored = RunSnapshot.Read(RunSnapshot.Write(folded), "run-1", graph);
            Assert.Equal(StateText.Of(folded), StateText.Of(restored));
            foreach (var e in events.Skip(cut))
            {
                restored.Apply(e);
            }

            Assert.Equal(StateText.Of(live.State), StateText.Of(restored));
        }
    }

    private static IReadOnlyList<RunEvent> Stored(IReadOnlyList<RunEvent> batch, WorkflowGraph graph)
    {
        using var writer = new EventWriter();
        return EventReader.Read(writer.Write(batch), graph);
    }

    // Every one of a short history; of a long one some.
    private static IEnumerable<int> Cuts(int count) => Enumerable.Range(1, count).Where(i => count <= 60 || i % (count / 60) == 0 || i == count);
}
