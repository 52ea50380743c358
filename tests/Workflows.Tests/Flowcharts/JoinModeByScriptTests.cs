using System.Text.Json;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.Tests.Runs;
using Dag.Workflows.Tests.Scripts;

namespace Dag.Workflows.Tests.Flowcharts;

public sealed class JoinModeByScriptTests
{
    [Theory]
    [InlineData("'WaitAll'", FlowchartMode.Counter, "Finished/Finished lines=[a; b; c; after] bursts=2")]
    [InlineData("variables.Mode", FlowchartMode.Counter, "Finished/Finished lines=[a; b; c; after] bursts=2")]
    [InlineData("'WaitAny'", FlowchartMode.Counter, "Finished/Finished lines=[a; b; after]")]
    [InlineData("null", FlowchartMode.Counter, "Finished/Finished lines=[a; b; after]")]
    [InlineData("'WaitAll'", FlowchartMode.Token, "Finished/Finished lines=[a; b; c; after] bursts=2")]
    [InlineData("'WaitAny'", FlowchartMode.Token, "Finished/Finished lines=[a; b; after]")]
    public async Task A_script_says_how_a_join_waits(string script, FlowchartMode mode, string expected)
    {
        var run = await InMemoryRun.RunAsync(Workflow(script), mode: mode);
        Assert.Equal(expected, RunText.Of(run));
    }

    [Fact]
    public async Task A_script_that_says_no_mode_faults_the_activity_before_the_join()
    {
        var run = await InMemoryRun.RunAsync(Workflow("'Sometimes'"));
        Assert.Contains("Mode", Assert.Single(run.State.Incidents).Message);
    }

    [Theory]
    [InlineData(FlowchartMode.Counter)]
    [InlineData(FlowchartMode.Token)]
    public Task A_run_that_is_interrupted_anywhere_ends_the_same(FlowchartMode mode) =>
        ReplayCheck.CheckInterruptionsAsync(InMemoryRun.Compile(Workflow("variables.Mode")), mode: mode);

    // One branch is over at once, the other waits.
    private static string Workflow(string mode) => JsonSerializer.Serialize(new
    {
        definitionId = "join",
        variables = new[] { ScriptFlow.Variable("Mode", "String", "WaitAll") },
        root = ScriptFlow.Activity(
            "flow",
            "Elsa.Flowchart",
            ("activities", new[]
            {
                Line("a"), Line("b"), ScriptFlow.Activity("wait", "Elsa.Delay", ("timeSpan", ScriptFlow.Literal("00:00:10"))), Line("c"),
                ScriptFlow.Activity("join", "Elsa.FlowJoin", ("mode", ScriptFlow.Js(mode))), Line("after"),
            }),
            ("connections", new[]
            {
                Connection("a", "b"), Connection("a", "wait"), Connection("wait", "c"), Connection("b", "join"), Connection("c", "join"), Connection("join", "after"),
            })),
    });

    private static Dictionary<string, object?> Line(string id) => ScriptFlow.Activity(id, "Elsa.WriteLine", ("text", ScriptFlow.Literal(id)));

    private static object Connection(string source, string target) => new { source = new { activity = source, port = "Done" }, target = new { activity = target } };
}
