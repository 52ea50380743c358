using System.Text.Json;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.Tests.Running;
using Dag.Workflows.Tests.Runs;

namespace Dag.Workflows.Tests.Flowcharts;

public sealed class TokenModeTests
{
    [Theory]
    [InlineData("Stream", "Finished/Finished lines=[A; B; J; C; J]")]
    [InlineData("None", "Finished/Finished lines=[A; B; J; C; J]")]
    [InlineData("no such mode", "Finished/Finished lines=[A; B; J; C; J]")]
    [InlineData("merge", "Finished/Finished lines=[A; B; C; J]")]
    [InlineData("Converge", "Finished/Finished lines=[A; B; C; J]")]
    [InlineData("Cascade", "Running/Suspended lines=[A; B; J; C]")]
    [InlineData("race", "Running/Suspended lines=[A; B; J; C]")]
    public async Task The_merge_mode_decides_what_runs_where_branches_of_different_lengths_meet(string mergeMode, string expected)
    {
        var run = await RunAsync(
            [Line("A"), Line("B"), Line("C0"), Line("C"), Line("J", mergeMode)], "A->B", "A->C0", "C0->C", "B->J", "C->J");
        Assert.Equal(expected, RunText.Of(run).Replace("C0; ", ""));
    }

    [Fact]
    public async Task A_race_cancels_what_still_waits()
    {
        var run = await RunAsync(
            [Line("A"), Line("B"), Line("B2"), Delay("D"), Line("J", "Race"), Line("K")], "A->B", "A->D", "B->B2", "B2->J", "D->J", "J->K");
        Assert.Equal("Finished/Finished lines=[A; B; B2; J; K]", RunText.Of(run));
        Assert.Empty(run.State.Open);
    }

    // Elsa asks whether the flowchart is over when the last that was open is cancelled, which is before it queues the winner.
    [Fact]
    public async Task Where_a_race_cancels_the_last_that_is_open_the_flowchart_is_over_and_goes_on_all_the_same()
    {
        var inner = FlowJson.Activity("inner", "Elsa.Flowchart");
        inner["activities"] = new object[] { Line("A"), Line("B"), Line("B2"), Delay("D"), Line("J", "Race"), Line("K") };
        inner["connections"] = new[] { Connection("A", "B"), Connection("A", "D"), Connection("B", "B2"), Connection("B2", "J"), Connection("D", "J"), Connection("J", "K") };
        var outer = FlowJson.Activity("outer", "Elsa.Sequence");
        outer["activities"] = new object[] { inner, Line("After"), Line("Later") };
        var run = await InMemoryRun.RunAsync(JsonSerializer.Serialize(new { definitionId = "race", root = outer }), mode: FlowchartMode.Token);
        Assert.Equal("Finished/Finished lines=[A; B; B2; After; J; Later; K]", RunText.Of(run));
        Assert.Empty(run.State.Open);
    }

    [Fact]
    public async Task A_join_of_any_is_a_race_and_other_joins_merge_whatever_their_merge_mode_says()
    {
        object[] Activities(string mode) =>
            [Line("A"), Line("B"), Line("B2"), Delay("D"), FlowJson.Activity("J", "Elsa.FlowJoin", new { mode }, new { mergeMode = "Stream" }), Line("K")];
        string[] connections = ["A->B", "A->D", "B->B2", "B2->J", "D->J", "J->K"];
        Assert.Equal("Finished/Finished lines=[A; B; B2; K]", RunText.Of(await RunAsync(Activities("WaitAny"), connections)));
        Assert.Equal("Finished/Finished lines=[A; B; B2; K] bursts=2", RunText.Of(await RunAsync(Activities("WaitAllActive"), connections)));
    }

    [Fact]
    public async Task A_loop_consumes_its_tokens_each_round()
    {
        var decision = FlowJson.Activity("again", "Elsa.FlowDecision");
        decision["condition"] = new { expression = new { type = "JavaScript", value = "(variables.n = (variables.n ?? 0) + 1) < 3" } };
        var run = await RunAsync([Line("A"), Line("B"), Line("C"), Line("J", "Merge"), decision, Line("End")],
            "A->B", "A->C", "B->J", "C->J", "J->again", "again:True->A", "again:False->End");
        Assert.Equal("Finished/Finished lines=[A; B; C; J; A; B; C; J; A; B; C; J; End]", RunText.Of(run));
    }

    [Theory]
    [InlineData("TokenBased", FlowchartMode.Token)]
    [InlineData("tokenbased", FlowchartMode.Token)]
    [InlineData(1, FlowchartMode.Token)]
    [InlineData("CounterBased", FlowchartMode.Counter)]
    [InlineData("Default", FlowchartMode.Counter)]
    [InlineData(2L, FlowchartMode.Counter)]
    [InlineData("tokens", null)]
    [InlineData(3, null)]
    [InlineData(null, null)]
    public void The_mode_is_read_as_Elsa_reads_it(object? value, FlowchartMode? expected) => Assert.Equal(expected, FlowchartModes.Parse(value));

    private static Task<InMemoryRun> RunAsync(IEnumerable<object> activities, params string[] connections) =>
        InMemoryRun.RunAsync(FlowJson.Flowchart(activities, connections), mode: FlowchartMode.Token);

    private static Dictionary<string, object?> Line(string id, string? mergeMode = null) =>
        FlowJson.Activity(id, "Elsa.WriteLine", new { text = id }, mergeMode is null ? null : new { mergeMode });

    private static Dictionary<string, object?> Delay(string id) => FlowJson.Activity(id, "Elsa.Delay", new { timeSpan = "00:00:10" });

    private static object Connection(string source, string target) => new { source = new { activity = source, port = "Done" }, target = new { activity = target, port = "In" } };
}
