using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Tests.Runs;

/// <summary>Work that ends with the activity that is embedded in one of its ports or cases.</summary>
public sealed class WorkPortTests
{
    private const string Echo = """{"id":"E","type":"Elsa.WriteLine","text":{"typeName":"String","expression":{"type":"Variable","value":{"id":"v","name":"v"} } } }""";

    [Fact]
    public async Task The_activity_of_the_port_sees_the_outputs_and_comes_before_what_follows()
    {
        var run = await RunAsync($$"""{{Work("onLate")}},"onLate":{{Echo}} }""");

        Assert.Equal("Finished/Finished lines=[7; after]", RunText.Of(run));
        Assert.Equal(["E", "W", "after", "f", "Workflow1"], run.Completed);
        Assert.Null(run.Events.OfType<ExecutionCompleted>().ElementAt(1).Outcomes);
    }

    [Theory]
    [InlineData("404", "Finished/Finished lines=[7; after]")]
    [InlineData("200", "Finished/Finished lines=[after]")]
    [InlineData("500", "Finished/Finished lines=[after]")]
    public async Task A_case_is_a_port_by_its_name_and_one_without_an_activity_is_passed_at_once(string port, string expected) =>
        Assert.Equal(expected, RunText.Of(await RunAsync($$"""{{Work(port)}},"codes":[{"code":200},{"code":404,"activity":{{Echo}} },{"code":404,"activity":null}] }""")));

    [Fact]
    public void The_names_of_all_cases_are_known_and_a_case_without_a_name_is_a_fault()
    {
        var graph = InMemoryRun.Compile(Flowchart($$"""{{Work("1")}},"codes":[{"code":200},{"code":"404","activity":{{Echo}} },{"activity":{{Echo}} }] }"""));

        Assert.Equal(["200", "404"], graph.FindActivity("W")!.Cases);
        Assert.Equal("""A case of "codes" has no "code".""", Assert.Single(graph.Faults).Message);
    }

    [Fact]
    public async Task A_container_in_a_port_waits_for_all_that_it_holds()
    {
        var run = await RunAsync($$"""
            {{Work("onLate")}},"onLate":{"id":"S","type":"Elsa.Sequence","activities":[
                {"id":"D","type":"Elsa.Delay"},{"id":"W2","type":"Test.Work","port":"onLate","onLate":{"id":"L","type":"Elsa.WriteLine","text":"deep"} },{{Echo}}] } }
            """);

        Assert.Equal("Finished/Finished lines=[deep; 7; after] bursts=2", RunText.Of(run));
    }

    [Fact]
    public async Task A_fault_in_a_port_leaves_the_work_open_and_faults_the_run()
    {
        var run = await RunAsync($$"""{{Work("onLate")}},"onLate":{"id":"X","type":"Elsa.Fault","message":"boom"} }""");

        Assert.Equal("Finished/Faulted lines=[] incidents=[X: boom]", RunText.Of(run));
        Assert.DoesNotContain("W", run.Completed);
    }

    [Fact]
    public async Task Attempts_are_over_before_the_port_is_entered()
    {
        var run = await RunAsync($$"""{{Work("onLate", "\"failures\":1,\"customProperties\":{\"retries\":{\"maxAttempts\":2}},")}},"onLate":{{Echo}} }""");

        Assert.Equal("Finished/Finished lines=[7; after]", RunText.Of(run));
        Assert.Single(run.Events.OfType<PortEntered>());
        Assert.Equal(0, run.State.OpenWork);
    }

    [Fact]
    public async Task A_break_in_a_port_ends_the_loop()
    {
        var run = await InMemoryRun.RunAsync("""
            {"definitionId":"w","root":{"id":"l","type":"Elsa.While","condition":true,"body":{"id":"W","type":"Test.Work","port":"onLate","onLate":{"id":"B","type":"Elsa.Break"} } } }
            """);

        Assert.Equal("Finished/Finished lines=[]", RunText.Of(run));
        Assert.Single(run.Events.OfType<WorkQueued>());
    }

    [Fact]
    public async Task Ports_replay()
    {
        var graph = InMemoryRun.Compile(Flowchart($$"""
            {{Work("404")}},"codes":[{"code":404,"activity":{"id":"S","type":"Elsa.Sequence","activities":[{"id":"D","type":"Elsa.Delay"},{{Echo}}] } }] }
            """));
        await ReplayCheck.CheckStatesAsync(graph);
        await ReplayCheck.CheckInterruptionsAsync(graph);
        await ReplayCheck.CheckSnapshotsAsync(graph);
    }

    [Fact]
    public void The_descriptor_tells_ports_and_cases()
    {
        var work = InMemoryRun.Catalog.Find("Test.Work")!;

        Assert.Equal(["onLate"], work.EmbeddedPorts);
        Assert.Equal(new PortCases("codes", "code"), work.Cases);
        Assert.False(work.Inputs[work.IndexOfInput("Codes")].Wrapped);
    }

    private static string Work(string port, string members = "") =>
        $$"""{"id":"W","type":"Test.Work",{{members}}"port":"{{port}}","value":7,"result":{"memoryReference":{"id":"v"} }""";

    private static Task<InMemoryRun> RunAsync(string work) => InMemoryRun.RunAsync(Flowchart(work));

    private static string Flowchart(string work) => $$"""
        {"definitionId":"w","variables":[{"id":"v","name":"v"}],"root":{"id":"f","type":"Elsa.Flowchart",
         "activities":[{{work}},{"id":"after","type":"Elsa.WriteLine","text":"after"}],
         "connections":[{"source":{"activity":"W","port":"Done"},"target":{"activity":"after"} }] } }
        """;
}
