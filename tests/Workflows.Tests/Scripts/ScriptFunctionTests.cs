using Dag.Workflows.Tests.Runs;
using Dag.Workflows.Values;

namespace Dag.Workflows.Tests.Scripts;

public sealed class ScriptFunctionTests
{
    [Theory]
    [InlineData("getWorkflowDefinitionId()", "scripts")]
    [InlineData("getWorkflowDefinitionVersionId()", "scripts-v1")]
    [InlineData("getWorkflowDefinitionVersion()", "3")]
    [InlineData("getWorkflowInstanceId()", "run-1")]
    [InlineData("getCorrelationId() === null", "True")]
    [InlineData("setCorrelationId('c'); getCorrelationId()", "c")]
    [InlineData("setWorkflowInstanceName('n'); getWorkflowInstanceName()", "n")]
    [InlineData("getInput('customer')", "Ada")]
    [InlineData("getInput('Undeclared')", "here")]
    [InlineData("getCustomer() + getTotal()", "Ada5")]
    [InlineData("getVariable('Counter') + variables.Counter + getCounter()", "21")]
    [InlineData("getMyVariable()", "spaced")]
    [InlineData("variables['my_variable']", "spaced")]
    [InlineData("Object.keys(variables).join()", "Counter,my_variable")]
    [InlineData("'Counter' in variables && !('Other' in variables)", "True")]
    [InlineData("typeof getOther + typeof variables.Other", "undefinedundefined")]
    [InlineData("Object.keys(args).length", "0")]
    [InlineData("isNullOrEmpty('') && !isNullOrEmpty(' ') && isNullOrWhiteSpace(' ') && isNullOrWhiteSpace(null)", "True")]
    [InlineData("toJson({ a: [1, 'x'], d: new Date(500), s: TimeSpan.FromSeconds(1) })", "{\"a\":[1,\"x\"],\"d\":\"1970-01-01T00:00:00.5Z\",\"s\":\"00:00:01\"}")]
    [InlineData("getGuidString(parseGuid('0F8FAD5BD9CB469FA16570867728950E'))", "0f8fad5b-d9cb-469f-a165-70867728950e")]
    [InlineData("getShortGuid(parseGuid('0f8fad5b-d9cb-469f-a165-70867728950e'))", "W62PD8vZn0ahZXCGdyiVDg")]
    [InlineData("newGuid() instanceof Guid && newGuidString().length === 36 && /^[A-Za-z0-9]{18,22}$/.test(newShortGuid())", "True")]
    [InlineData("bytesToString(bytesFromBase64(bytesToBase64(bytesFromString('añ€😀'))))", "añ€😀")]
    [InlineData("stringFromBase64(stringToBase64('añ€😀'))", "añ€😀")]
    [InlineData("new DateTime(2024, 1, 31, 10, 0, 0).AddMonths(1)", "2024-02-29T10:00:00.0000000+00:00")]
    [InlineData("DateTimeOffset.Parse('2024-02-03T04:05:06+02:00').Hour", "2")]
    [InlineData("Math.abs(DateTime.UtcNow - new Date()) < 60000", "True")]
    [InlineData("new TimeSpan(1, 2, 3).TotalSeconds", "3723")]
    [InlineData("TimeSpan.Parse('1.02:03:04.5').ToString()", "1.02:03:04.5000000")]
    [InlineData("const n = new Random(1).Next(3, 5); n >= 3 && n < 5", "True")]
    [InlineData("new Random(7).Next() === new Random(7).Next()", "True")]
    public async Task Functions_and_accessors_work_as_in_Elsa(string source, string expected)
    {
        var value = await ScriptFlow.EvaluateAsync(
            source,
            [ScriptFlow.Variable("Counter", "Int32", 7), ScriptFlow.Variable("my_variable", "String", "spaced")],
            new Dictionary<string, object?> { ["Customer"] = "Ada", ["Total"] = 5, ["Undeclared"] = "here" });
        Assert.Equal(expected, ValueConverter.ToText(value));
    }

    [Fact]
    public async Task Outputs_can_be_read_later_also_after_a_wait()
    {
        var run = await InMemoryRun.RunAsync(ScriptFlow.Sequence(
            [],
            ScriptFlow.Run("ask", "({ answer: 42 })"),
            ScriptFlow.Activity("wait", "Elsa.Delay", ("timeSpan", ScriptFlow.Literal("00:00:01"))),
            ScriptFlow.WriteLine("getLastResult().answer + getOutputFrom('ask').answer + getResultFromAsk().answer"),
            ScriptFlow.WriteLine("getOutputFrom('nobody') === null")));
        Assert.Equal(["126", "True"], run.Lines);
        Assert.Equal(2, run.Bursts);
    }

    [Fact]
    public async Task Kept_outputs_are_part_of_snapshots() =>
        await ReplayCheck.CheckSnapshotsAsync(InMemoryRun.Compile(ScriptFlow.Sequence(
            [ScriptFlow.Variable("N", "Int32", 1)],
            ScriptFlow.Run("ask", "setN(getN() + 1); 'x'.repeat(40000)"),
            ScriptFlow.Activity("wait", "Elsa.Delay", ("timeSpan", ScriptFlow.Literal("00:00:01"))),
            ScriptFlow.WriteLine("getLastResult().length + variables.N"))));

    [Theory]
    [InlineData("setOutcome('B')", "B")]
    [InlineData("setOutcomes(['A', 'B'])", "A,B")]
    [InlineData("1", "Done")]
    public async Task RunJavaScript_chooses_the_outcome(string source, string outcomes)
    {
        var run = await InMemoryRun.RunAsync(ScriptFlow.Sequence([], ScriptFlow.Run("js", source)));
        var completed = run.Events.OfType<Workflows.Runs.ExecutionCompleted>().First(e => e.Outcomes is not null);
        Assert.Equal(outcomes, string.Join(',', completed.Outcomes!));
    }

    [Fact]
    public async Task RunJavaScript_that_fails_faults_with_the_scripts_own_words()
    {
        var run = await InMemoryRun.RunAsync(ScriptFlow.Sequence([], ScriptFlow.Run("js", "throw new Error('no stock')")));
        Assert.Equal("Error: no stock (line 1)", Assert.Single(run.State.Incidents).Message);
    }
}
