using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Tests.Runs;

/// <summary>A run is its history: folding what was stored gives the state, wherever one begins.</summary>
public sealed class ReplayTests
{
    public static TheoryData<string> Files() => [.. WorkflowFiles.Runnable()];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Stored_events_fold_to_the_live_state(string file) =>
        await Replay.CheckStatesAsync(InMemoryRun.Compile(WorkflowFiles.Read(file)));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_run_that_is_interrupted_anywhere_ends_the_same(string file) =>
        await Replay.CheckInterruptionsAsync(InMemoryRun.Compile(WorkflowFiles.Read(file)));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_snapshot_and_the_rest_of_the_events_give_the_state_of_all_events(string file) =>
        await Replay.CheckSnapshotsAsync(InMemoryRun.Compile(WorkflowFiles.Read(file)));

    [Fact]
    public async Task A_snapshot_of_another_format_is_refused()
    {
        var run = await InMemoryRun.RunAsync(WorkflowFiles.Read(WorkflowFiles.Runnable().First()));
        var snapshot = System.Text.Encoding.UTF8.GetString(RunSnapshot.Write(run.State)).Replace("\"format\":1", "\"format\":9");
        var e = Assert.Throws<InvalidDataException>(() => RunSnapshot.Read(System.Text.Encoding.UTF8.GetBytes(snapshot), "run-1", run.State.Graph));
        Assert.Contains("format 9", e.Message);
    }

    [Fact]
    public async Task A_snapshot_that_is_cut_off_is_refused_wherever_it_is_cut()
    {
        var run = await InMemoryRun.RunAsync(WorkflowFiles.Read(WorkflowFiles.Runnable().First()));
        var snapshot = RunSnapshot.Write(run.State);
        for (var length = 0; length < snapshot.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => RunSnapshot.Read(snapshot[..length], "run-1", run.State.Graph));
        }
    }
}

/// <summary>What must hold of the history of any run.</summary>
internal static class Replay
{
    /// <summary>After each step, the events so far, written and read, fold to the state that the run had then.</summary>
    public static async Task CheckStatesAsync(WorkflowGraph graph, IReadOnlyDictionary<string, object?>? input = null)
    {
        var live = await InMemoryRun.RunAsync(graph, input, batchSize: 1);
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
    public static async Task CheckInterruptionsAsync(WorkflowGraph graph, IReadOnlyDictionary<string, object?>? input = null)
    {
        var live = await InMemoryRun.RunAsync(graph, input, batchSize: 1);
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
    public static async Task CheckSnapshotsAsync(WorkflowGraph graph, IReadOnlyDictionary<string, object?>? input = null)
    {
        var live = await InMemoryRun.RunAsync(graph, input, batchSize: 1);
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
