using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Tests.Runs;

namespace Dag.Workflows.Tests.Graph;

public sealed class LoopValidatorTests
{
    private const string WriteLine = "Elsa.WriteLine";

    [Theory]
    [InlineData("a>b b>a", "a', 'b")]
    [InlineData("a>a", "a")]
    [InlineData("s>a a>b b>c c>a b>d", "a', 'b', 'c")]
    [InlineData("s>a a>a s>b b>c c>b", "a", "b', 'c")]
    public void A_loop_in_which_nothing_waits_or_decides_is_named(string connections, params string[] loops) =>
        Assert.Equal(loops.Select(l => $"The loop through '{l}' never ends: nothing in it waits or decides."), LoopsIn(connections).Order());

    [Theory]
    [InlineData("Elsa.Delay")]
    [InlineData("Elsa.Event")]
    [InlineData("Elsa.FlowDecision")]
    [InlineData("Elsa.FlowJoin")]
    [InlineData("Elsa.RunJavaScript")]
    [InlineData("Elsa.ExecuteWorkflow")]
    [InlineData("Elsa.Fault")]
    [InlineData("Elsa.Finish")]
    [InlineData("Test.Work")]
    public void A_loop_in_which_something_waits_decides_ends_or_works_is_not(string type) => Assert.Empty(LoopsIn("a>b b>c c>a", type));

    [Fact]
    public void A_loop_that_is_left_by_its_only_outcome_is_none() => Assert.Empty(LoopsIn("a>b b:Other>a"));

    [Fact]
    public void A_loop_that_nothing_leads_to_is_not_looked_at() => Assert.Empty(LoopsIn("s>d a>b b>a"));

    [Fact]
    public void A_join_in_a_loop_may_wait_for_what_comes_from_elsewhere() => Assert.Empty(LoopsIn("s>a s>x a>b x>b b>a"));

    [Theory]
    [InlineData("Elsa.WriteLine", true)]
    [InlineData("Elsa.Delay", false)]
    [InlineData("Elsa.Break", false)]
    public void A_loop_whose_condition_is_always_true_needs_something_in_its_body(string type, bool isEndless)
    {
        var faults = Faults($$"""
            { "definitionId": "w", "root": { "id": "w", "type": "Elsa.While", "condition": true, "body": { "id": "s", "type": "Elsa.Sequence", "activities": [{ "id": "a", "type": "{{type}}" }] } } }
            """);
        Assert.Equal(isEndless, faults.Contains("The loop never ends: its condition is always true, and nothing in its body waits, decides or breaks."));
    }

    [Fact]
    public void Activities_that_hold_what_waits_do_not_make_a_loop_endless()
    {
        const string Each = """{ "id": "a", "type": "Elsa.ForEach", "body": { "id": "x", "type": "INNER" } }""";
        const string Flow = """{ "definitionId": "w", "root": { "id": "f", "type": "Elsa.Flowchart", "activities": [EACH], "connections": [{ "source": { "activity": "a", "port": "Done" }, "target": { "activity": "a", "port": "In" } }] } }""";
        string Of(string inner) => Flow.Replace("EACH", Each, StringComparison.Ordinal).Replace("INNER", inner, StringComparison.Ordinal);
        Assert.NotEmpty(Loops(Of(WriteLine)));
        Assert.Empty(Loops(Of("Elsa.Delay")));
    }

    /// <param name="connections">Such as <c>a>b b:Port>c</c>.</param>
    /// <param name="type">The type of the activity b; the others write lines.</param>
    private static IEnumerable<string> LoopsIn(string connections, string type = WriteLine)
    {
        var ends = connections.Split(' ').Select(c => c.Split('>')).Select(c => (From: c[0].Split(':')[0], Port: c[0].Split(':').ElementAtOrDefault(1) ?? "Done", To: c[1])).ToArray();
        var ids = ends.SelectMany(e => new[] { e.From, e.To }).Distinct().OrderBy(i => i == "s" ? 0 : 1).ThenBy(i => i);
        var activities = ids.Select(i => $$"""{ "id": "{{i}}", "type": "{{(i == "b" ? type : WriteLine)}}" }""");
        var lines = ends.Select(e => $$"""{ "source": { "activity": "{{e.From}}", "port": "{{e.Port}}" }, "target": { "activity": "{{e.To}}", "port": "In" } }""");
        return Loops($$"""{ "definitionId": "w", "root": { "id": "f", "type": "Elsa.Flowchart", "activities": [{{string.Join(", ", activities)}}], "connections": [{{string.Join(", ", lines)}}] } }""");
    }

    private static IEnumerable<string> Loops(string json) => Faults(json).Where(f => f.StartsWith("The loop", StringComparison.Ordinal));

    private static IEnumerable<string> Faults(string json) => GraphCompiler.Validate(DefinitionReader.Read(json), InMemoryRun.Catalog).Select(f => f.Message);
}
