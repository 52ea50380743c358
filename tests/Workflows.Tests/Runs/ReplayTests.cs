using Dag.Workflows.Flowcharts;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Tests.Runs;

/// <summary>A run is its history: folding what was stored gives the state, wherever one begins.</summary>
public sealed class ReplayTests
{
    public static TheoryData<string, FlowchartMode> Files()
    {
        // Token mode checks no way back, so an unconditional one never ends.
        var files = new TheoryData<string, FlowchartMode>();
        foreach (var file in WorkflowFiles.Runnable())
        {
            files.Add(file, FlowchartMode.Counter);
            if (!file.Contains("invalid-backward-connection", StringComparison.Ordinal))
            {
                files.Add(file, FlowchartMode.Token);
            }
        }

        return files;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Stored_events_fold_to_the_live_state(string file, FlowchartMode mode) =>
        await ReplayCheck.CheckStatesAsync(InMemoryRun.Compile(WorkflowFiles.Read(file)), mode: mode);

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_run_that_is_interrupted_anywhere_ends_the_same(string file, FlowchartMode mode) =>
        await ReplayCheck.CheckInterruptionsAsync(InMemoryRun.Compile(WorkflowFiles.Read(file)), mode: mode);

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_snapshot_and_the_rest_of_the_events_give_the_state_of_all_events(string file, FlowchartMode mode) =>
        await ReplayCheck.CheckSnapshotsAsync(InMemoryRun.Compile(WorkflowFiles.Read(file)), mode: mode);

    [Fact]
    public async Task A_snapshot_of_another_format_is_refused()
    {
        var run = await InMemoryRun.RunAsync(WorkflowFiles.Read(WorkflowFiles.Runnable().First()));
        var snapshot = System.Text.Encoding.UTF8.GetString(RunSnapshot.Write(run.State)).Replace($"\"format\":{RunSnapshot.FormatVersion}", "\"format\":9");
        var e = Assert.Throws<InvalidDataException>(() => RunSnapshot.Read(System.Text.Encoding.UTF8.GetBytes(snapshot), "run-1", run.State.Graph));
        Assert.Contains("format 9", e.Message);
        Assert.Null(RunSnapshot.StartOf(System.Text.Encoding.UTF8.GetBytes(snapshot)));
    }

    [Fact]
    public async Task A_snapshot_that_is_cut_off_is_refused_wherever_it_is_cut()
    {
        var run = await InMemoryRun.RunAsync(WorkflowFiles.Read(WorkflowFiles.Runnable().First()));
        var snapshot = RunSnapshot.Write(run.State);
        for (var length = 0; length < snapshot.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => RunSnapshot.Read(snapshot[..length], "run-1", run.State.Graph));
            Assert.True(RunSnapshot.StartOf(snapshot.AsSpan(0, length)) is null || length > snapshot.AsSpan().IndexOf("\"start\""u8));
        }

        Assert.Equal(run.State.Start!.DefinitionHash, RunSnapshot.StartOf(snapshot)!.DefinitionHash);
    }
}
