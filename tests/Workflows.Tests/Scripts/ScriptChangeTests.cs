using Dag.Workflows.Runs;
using Dag.Workflows.Tests.Runs;

namespace Dag.Workflows.Tests.Scripts;

public sealed class ScriptChangeTests
{
    private static readonly object[] Counter = [ScriptFlow.Variable("N", "Int32", 1), ScriptFlow.Variable("List", "Object", null)];

    [Theory]
    [InlineData("variables.N = 5")]
    [InlineData("setN(5)")]
    [InlineData("setVariable('N', '5')")]
    [InlineData("variables.N += 4")]
    [InlineData("Promise.resolve().then(() => setN(5))")]
    public async Task What_a_script_sets_others_see(string source)
    {
        var run = await InMemoryRun.RunAsync(ScriptFlow.Sequence(Counter, ScriptFlow.WriteLine(source + "; ''"), ScriptFlow.WriteLine("typeof variables.N + variables.N")));
        Assert.Equal("number5", run.Lines[^1]);
    }

    [Fact]
    public async Task A_list_that_a_script_adds_to_stays_longer()
    {
        var run = await InMemoryRun.RunAsync(ScriptFlow.Sequence(
            Counter, ScriptFlow.Run("a", "variables.List = [1, { b: 2 }]"), ScriptFlow.Run("b", "variables.List.push(3); getList()[1].b++"), ScriptFlow.WriteLine("toJson(getList())")));
        Assert.Equal(["[1,{\"b\":3},3]"], run.Lines);
    }

    [Fact]
    public async Task What_a_script_only_reads_is_not_written()
    {
        var run = await InMemoryRun.RunAsync(ScriptFlow.Sequence(Counter, ScriptFlow.Run("a", "variables.List = [1]"), ScriptFlow.WriteLine("variables.List.length + variables.N")));
        Assert.Null(run.Events.OfType<ExecutionCompleted>().Single(e => e.Changes?.Line is not null).Changes!.Writes.FirstOrDefault().Id);
    }

    [Fact]
    public async Task The_next_input_of_the_same_activity_sees_what_the_former_set()
    {
        var fault = ScriptFlow.Activity("f", "Elsa.Fault", ("code", ScriptFlow.Js("setN(8); setCorrelationId('c8')")), ("message", ScriptFlow.Js("getN() + getCorrelationId()")));
        var run = await InMemoryRun.RunAsync(ScriptFlow.Sequence(Counter, fault));
        Assert.Equal("8c8", run.State.Incidents[0].Message);
        Assert.Equal("c8", run.State.CorrelationId);
    }

    [Fact]
    public async Task What_the_inputs_of_work_set_is_kept()
    {
        var work = ScriptFlow.Activity("w", "Test.Work", ("value", ScriptFlow.Js("setN(getN() + 1); setVariable('Fresh', 'new'); getN()")));
        var run = await InMemoryRun.RunAsync(ScriptFlow.Sequence(Counter, work, ScriptFlow.WriteLine("getN() + variables.Fresh + getFresh()")));
        Assert.Equal(["2newnew"], run.Lines);
        await ReplayCheck.CheckInterruptionsAsync(run.State.Graph);
    }

    [Fact]
    public async Task An_inner_variable_hides_an_outer_one()
    {
        var inner = new Dictionary<string, object?>
        {
            ["id"] = "inner",
            ["type"] = "Elsa.Sequence",
            ["variables"] = new[] { new { id = "inner-n", name = "N", typeName = "Int32", value = 50 } },
            ["activities"] = new[] { ScriptFlow.WriteLine("setN(getN() + 1); getN()") },
        };
        var run = await InMemoryRun.RunAsync(ScriptFlow.Sequence(Counter, inner, ScriptFlow.WriteLine("getN()")));
        Assert.Equal(["51", "1"], run.Lines);
    }

    [Fact]
    public async Task A_loop_gives_its_scripts_the_current_value_and_index()
    {
        var loop = ScriptFlow.Activity(
            "loop", "Elsa.ForEach", ("items", ScriptFlow.Js("['a', 'b']")), ("body", ScriptFlow.WriteLine("getCurrentValue() + getCurrentIndex() + variables.CurrentValue")));
        var run = await InMemoryRun.RunAsync(ScriptFlow.Sequence([], loop));
        Assert.Equal(["a0a", "b1b"], run.Lines);
    }

    [Fact]
    public async Task A_condition_sees_what_the_body_of_its_loop_has_just_set()
    {
        var loop = ScriptFlow.Activity("loop", "Elsa.While", ("condition", ScriptFlow.Js("getN() < 4")), ("body", ScriptFlow.SetVariable("N", ScriptFlow.Js("getN() + 1"))));
        var run = await InMemoryRun.RunAsync(ScriptFlow.Sequence(Counter, loop, ScriptFlow.WriteLine("getN()")));
        Assert.Equal(["4"], run.Lines);
    }

    [Fact]
    public async Task A_script_that_fails_changes_nothing()
    {
        var run = await InMemoryRun.RunAsync(ScriptFlow.Sequence(Counter, ScriptFlow.Run("a", "setN(9); throw new Error('x')")));
        Assert.DoesNotContain(run.Events.OfType<ExecutionFaulted>(), e => e.Changes?.Writes.Length > 0);
    }

    [Fact]
    public async Task A_value_of_another_type_than_the_variables_is_a_fault()
    {
        var run = await InMemoryRun.RunAsync(ScriptFlow.Sequence(Counter, ScriptFlow.Run("a", "setN('many')")));
        Assert.Equal("'N': 'many' cannot be read as Int32.", Assert.Single(run.State.Incidents).Message);
    }

    [Fact]
    public async Task A_number_keeps_the_kind_of_its_variable()
    {
        object[] variables = [ScriptFlow.Variable("D", "Double", 1.5), ScriptFlow.Variable("M", "Decimal", "1.5"), ScriptFlow.Variable("L", "Int64", 5)];
        var run = await InMemoryRun.RunAsync(ScriptFlow.Sequence(variables, ScriptFlow.Run("a", "setD(2); setM(2); setL(2)")));
        var written = run.Events.OfType<ExecutionCompleted>().SelectMany(e => e.Changes?.Writes ?? []).ToDictionary(w => w.Id, w => w.Value);
        Assert.Equal((2.0, 2m, 2L), ((double)written["D"]!, (decimal)written["M"]!, (long)written["L"]!));
    }
}
