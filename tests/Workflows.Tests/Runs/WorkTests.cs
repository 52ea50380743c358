using Dag.Tests;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Tests.Runs;

/// <summary>Attempts of work: retries, losses, faults, outcomes, cancellation.</summary>
public sealed class WorkTests
{
    private static readonly Dictionary<string, object?> Nothing = [];

    [Fact]
    public async Task Work_that_fails_is_tried_again_after_a_delay_until_it_succeeds()
    {
        var run = await RunAsync("""{"id":"W","type":"Test.Work","failures":2,"value":7,"customProperties":{"retries":{"maxAttempts":3,"delay":"00:00:10"}}}""");
        Assert.Equal("Finished/Finished lines=[after]", RunText.Of(run));
        var failed = run.Events.OfType<AttemptFailed>().ToList();
        Assert.Equal(["attempt 1 failed", "attempt 2 failed"], failed.Select(f => f.Error));
        Assert.All(failed, f => Assert.True(f.RetryAt > f.At));
    }

    [Fact]
    public async Task Work_that_fails_at_its_last_attempt_faults_the_run()
    {
        var run = await RunAsync("""{"id":"W","type":"Test.Work","failures":5,"customProperties":{"retries":{"maxAttempts":3,"delay":"00:00:10"}}}""");
        Assert.Equal("Finished/Faulted lines=[] incidents=[W: attempt 3 failed]", RunText.Of(run));
    }

    [Fact]
    public async Task Work_without_a_retry_policy_is_tried_once()
    {
        var run = await RunAsync("""{"id":"W","type":"Test.Work","failures":1}""");
        Assert.Equal("Finished/Faulted lines=[] incidents=[W: attempt 1 failed]", RunText.Of(run));
    }

    [Fact]
    public async Task A_connected_failed_port_takes_the_place_of_an_incident()
    {
        var run = await RunAsync("""{"id":"W","type":"Test.Work","failures":1,"error":{"memoryReference":{"id":"e"}}}""", port: "Failed", variables: """{"id":"e","name":"e"}""");
        Assert.Equal("Finished/Finished lines=[after]", RunText.Of(run));
        Assert.Equal("attempt 1 failed", run.Events.OfType<ExecutionCompleted>().First(e => e.Outcomes is ["Failed"]).Outputs.Single().Value);
    }

    [Theory]
    [InlineData(2, "Finished/Finished lines=[after]")]
    [InlineData(3, "Finished/Faulted lines=[] incidents=[W: The process died while running it, 3 times. Look at what it needs (memory, native libraries) before running it again.]")]
    public async Task Attempts_lost_with_their_process_are_repeated_but_not_for_ever(int losses, string expected) =>
        Assert.Equal(expected, RunText.Of(await RunAsync($$"""{"id":"W","type":"Test.Work","losses":{{losses}}}""")));

    [Fact]
    public async Task Lost_attempts_do_not_count_as_failed_ones()
    {
        var run = await RunAsync("""{"id":"W","type":"Test.Work","losses":2,"failures":1,"customProperties":{"retries":{"maxAttempts":2,"delay":"00:00:10"}}}""");
        Assert.Equal("Finished/Finished lines=[after]", RunText.Of(run));
    }

    [Fact]
    public async Task Work_leaves_by_its_outcomes()
    {
        var run = await RunAsync("""{"id":"W","type":"Test.Work","ways":{"typeName":"String[]","expression":{"type":"Object","value":"[\"Left\"]"}}}""", port: "Left");
        Assert.Equal("Finished/Finished lines=[after]", RunText.Of(run));
        Assert.Equal("Finished/Finished lines=[]", RunText.Of(await RunAsync("""{"id":"W","type":"Test.Work"}""", port: "Left")));
    }

    [Fact]
    public async Task An_output_that_its_variable_cannot_hold_is_an_incident()
    {
        var run = await RunAsync(
            """{"id":"W","type":"Test.Work","value":"many","result":{"memoryReference":{"id":"n"}}}""", variables: """{"id":"n","name":"n","typeName":"Int32"}""");
        Assert.Equal("Finished/Faulted lines=[] incidents=[W: Variable 'n': 'many' cannot be read as Int32.]", RunText.Of(run));
    }

    [Fact]
    public async Task A_large_output_is_kept_apart_once_however_many_hold_it()
    {
        var text = new string('x', 40_000);
        var run = await RunAsync(
            $$"""{"id":"W","type":"Test.Work","value":"{{text}}","result":{"memoryReference":{"id":"v"} } }""", variables: """{"id":"v","name":"v","typeName":"String"}""");
        Assert.Equal("Finished/Finished lines=[after]", RunText.Of(run));

        // The input that every attempt gets, the output and the variable share it.
        Assert.Single(run.State.Values.TakeNew());
    }

    [Fact]
    public async Task Work_does_not_start_after_a_fault()
    {
        var run = await InMemoryRun.RunAsync(Flowchart(
            """{"id":"A","type":"Elsa.WriteLine","text":"A"},{"id":"X","type":"Elsa.Fault","message":"boom"},{"id":"W","type":"Test.Work"}""", ["A>X", "A>W"]));
        Assert.Equal("Finished/Faulted lines=[A] incidents=[X: boom]", RunText.Of(run));
        Assert.Empty(run.Events.OfType<WorkQueued>());
        Assert.Single(run.Events.OfType<ExecutionCanceled>());
    }

    [Fact]
    public async Task Work_in_flight_at_a_fault_finishes_and_nothing_follows_it()
    {
        var (state, burst) = await StartAsync(Flowchart(
            """
            {"id":"A","type":"Elsa.WriteLine","text":"A"},{"id":"W","type":"Test.Work"},{"id":"B","type":"Elsa.WriteLine","text":"B"},
            {"id":"E","type":"Elsa.Event","eventName":"go"},{"id":"X","type":"Elsa.Fault","message":"boom"}
            """, ["A>W", "W>B", "A>E", "E>X"]));
        var work = state.Open.Single(e => e.Node.Id == "W");
        burst.StartAttempt(work);
        await burst.ResumeAsync(state.Open.Single(e => e.Node.Id == "E").Id, Nothing);
        await DrainAsync(burst);
        Assert.True(state.IsFaulting);
        Assert.Equal(RunSubStatus.Executing, state.SubStatus);
        await burst.WorkCompletedAsync(work.Id, 1, null, Nothing);
        await DrainAsync(burst);
        Assert.Equal(RunSubStatus.Faulted, state.SubStatus);
        Assert.Equal(["A"], InMemoryRun.LinesOf(burst.Events));
    }

    [Fact]
    public async Task The_end_of_a_superseded_attempt_is_ignored()
    {
        var (state, burst) = await StartAsync(Flowchart("""{"id":"W","type":"Test.Work"}""", []));
        var work = state.Open.Single(e => e.Node.Id == "W");
        burst.StartAttempt(work);
        await burst.WorkLostAsync(work);
        await burst.WorkCompletedAsync(work.Id, 1, null, Nothing);
        Assert.Equal(ExecutionStatus.WorkQueued, work.Status);
        burst.StartAttempt(work);
        var before = state.Sequence;
        await burst.WorkFailedAsync(work.Id, 1, new InvalidOperationException("late"));
        await burst.WorkCompletedAsync(work.Id, 1, null, Nothing);
        burst.WorkReturned(work.Id, 1);
        Assert.Equal(before, state.Sequence);
        await burst.WorkCompletedAsync(work.Id, 2, null, Nothing);
        await DrainAsync(burst);
        Assert.Equal(RunSubStatus.Finished, state.SubStatus);
    }

    [Fact]
    public async Task An_attempt_that_is_handed_back_does_not_count()
    {
        var (state, burst) = await StartAsync(Flowchart("""{"id":"W","type":"Test.Work"}""", []));
        var work = state.Open.Single(e => e.Node.Id == "W");
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(1, burst.StartAttempt(work).Attempt);
            burst.WorkReturned(work.Id, 1);
        }

        Assert.Equal(ExecutionStatus.WorkQueued, work.Status);
        Assert.Equal(0, work.LostAttempts);
    }

    [Fact]
    public async Task Cancelling_ends_the_run_with_whatever_is_open()
    {
        var (state, burst) = await StartAsync(Flowchart(
            """{"id":"A","type":"Elsa.WriteLine","text":"A"},{"id":"W","type":"Test.Work"},{"id":"D","type":"Elsa.Delay"}""", ["A>W", "A>D"]));
        burst.StartAttempt(state.Open.Single(e => e.Node.Id == "W"));
        burst.Cancel("no longer needed");
        Assert.Equal(RunSubStatus.Cancelled, state.SubStatus);
        Assert.Empty(state.Open);
        Assert.Equal((0, 0), (state.OpenWork, state.WorkInFlight));
        Assert.Equal("no longer needed", burst.Events.OfType<RunFinished>().Single().Reason);
        burst.Cancel("again");
        Assert.Single(burst.Events.OfType<RunFinished>());
    }

    [Theory]
    [InlineData("""{"id":"T","type":"Elsa.Timer","interval":"00:00:10","customProperties":{"canStartWorkflow":true}}""")]
    [InlineData("""{"id":"T","type":"Elsa.Cron","cronExpression":"0 0 * * * *","customProperties":{"canStartWorkflow":true}}""")]
    [InlineData("""{"id":"T","type":"Elsa.StartAt","dateTime":"2099-01-01","customProperties":{"canStartWorkflow":true}}""")]
    [InlineData("""{"id":"T","type":"Elsa.Event","eventName":"go","customProperties":{"canStartWorkflow":true}}""")]
    public async Task The_trigger_that_fired_completes_at_once_and_is_where_the_flowchart_starts(string trigger)
    {
        var json = Flowchart($$"""{"id":"S","type":"Elsa.Start"},{{trigger}},{"id":"B","type":"Elsa.WriteLine","text":"B"}""", ["T>B"]);
        var fired = await InMemoryRun.RunAsync(InMemoryRun.Compile(json), trigger: "T");
        Assert.Equal("Finished/Finished lines=[B]", RunText.Of(fired));
        Assert.Equal("Finished/Finished lines=[]", RunText.Of(await InMemoryRun.RunAsync(json)));
    }

    [Theory]
    [InlineData("""{"id":"W","type":"Test.Work","failures":2,"losses":1,"value":[1,{"a":"b"}],"customProperties":{"retries":{"maxAttempts":3,"delay":"00:00:10"}}}""")]
    [InlineData("""{"id":"W","type":"Test.Work","losses":3}""")]
    [InlineData("""{"id":"W","type":"Test.Work","failures":1}""")]
    public async Task Attempts_replay(string work)
    {
        var graph = InMemoryRun.Compile(Flowchart($$"""{{work}},{"id":"after","type":"Elsa.WriteLine","text":"after"},{"id":"D","type":"Elsa.Delay"}""", ["W>after", "after>D"]));
        await ReplayCheck.CheckStatesAsync(graph);
        await ReplayCheck.CheckInterruptionsAsync(graph);
        await ReplayCheck.CheckSnapshotsAsync(graph);
    }

    private static Task<InMemoryRun> RunAsync(string work, string port = "Done", string variables = "") => InMemoryRun.RunAsync(
        Flowchart($$"""{{work}},{"id":"after","type":"Elsa.WriteLine","text":"after"}""", ["W." + port + ">after"], variables));

    private static string Flowchart(string activities, string[] edges, string variables = "")
    {
        var connections = edges.Select(e => e.Split('>')).Select(e => (Source: e[0].Split('.'), Target: e[1]))
            .Select(e => $$"""{"source":{"activity":"{{e.Source[0]}}","port":"{{e.Source.ElementAtOrDefault(1) ?? "Done"}}"},"target":{"activity":"{{e.Target}}"} }""");
        return $$"""{"definitionId":"w","variables":[{{variables}}],"root":{"id":"f","type":"Elsa.Flowchart","activities":[{{activities}}],"connections":[{{string.Join(',', connections)}}]} }""";
    }

    private static async Task<(RunState State, Burst Burst)> StartAsync(string json)
    {
        var clock = new FakeTimeProvider();
        var graph = InMemoryRun.Compile(json);
        var state = new RunState("run-1", graph);
        var burst = new Burst(state, clock);
        burst.Start(InMemoryRun.StartOf(graph, clock));
        await DrainAsync(burst);
        return (state, burst);
    }

    private static async Task DrainAsync(Burst burst) => Assert.True(await burst.DrainAsync(int.MaxValue, CancellationToken.None));
}
