using System.Text.Json;
using Dag.Host.Cli;
using Dag.Host.Hosting;
using Dag.Workflows.Definitions;

namespace Dag.Host.Tests.Cli;

public sealed class RunVerbTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lines_go_to_the_output_and_a_finished_run_ends_with_0()
    {
        Assert.Equal(0, await RunAsync(FlowJson.Sequence("two-lines", FlowJson.WriteLine("a", "first"), FlowJson.WriteLine("b", "second"))));
        Assert.Equal(["first", "second"], Lines());
        Assert.Equal("", _errors.ToString());
    }

    [Fact]
    public async Task A_fault_goes_to_the_errors_and_ends_with_1()
    {
        Assert.Equal(1, await RunAsync(FlowJson.Sequence("faulty", FlowJson.WriteLine("a", "first"), FlowJson.Fault("f", "boom"))));
        Assert.Equal(["first"], Lines());
        Assert.StartsWith("f: boom", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_type_faults_when_the_run_gets_there()
    {
        Assert.Equal(1, await RunAsync(FlowJson.Sequence("unknown", FlowJson.WriteLine("a", "first"), """{ "id": "x", "type": "Acme.Nope" }""")));
        Assert.Equal(["first"], Lines());
        Assert.Contains("Acme.Nope", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_nothing_will_wake_ends_with_3_and_names_who_waits()
    {
        Assert.Equal(3, await RunAsync(FlowJson.Sequence("waiting", FlowJson.WriteLine("a", "first"), FlowJson.Event("e", "Go"))));
        Assert.Contains("e waits", _errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("--event", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_answer_waits_in_the_order_in_which_the_run_waits()
    {
        var flow = FlowJson.Sequence("events", FlowJson.Event("e1", "Go"), FlowJson.WriteLine("a", "went"), FlowJson.Event("e2", "Stop"), FlowJson.WriteLine("b", "stopped"));
        Assert.Equal(0, await RunAsync(flow, r => r with { Events = KeyValueArguments.Events(["Stop", """Go={"by":"me"}"""]) }));
        Assert.Equal(["went", "stopped"], Lines());
    }

    [Fact]
    public async Task One_event_answers_one_wait()
    {
        var flow = FlowJson.Sequence("twice", FlowJson.Event("e1", "Go"), FlowJson.WriteLine("a", "once"), FlowJson.Event("e2", "Go"), FlowJson.WriteLine("b", "twice"));
        Assert.Equal(3, await RunAsync(flow, r => r with { Events = KeyValueArguments.Events(["Go"]) }));
        Assert.Equal(["once"], Lines());

        Assert.Equal(0, await RunAsync(flow, r => r with { Events = KeyValueArguments.Events(["Go", "Go"]) }));
    }

    [Fact]
    public async Task Timers_are_waited_for_and_with_skip_timers_they_are_not()
    {
        var waiting = FlowJson.Sequence("delay", FlowJson.Delay("d", "00:00:00.2"), FlowJson.WriteLine("a", "later"));
        Assert.Equal(0, await RunAsync(waiting));
        Assert.Equal(["later"], Lines());

        var long_ = FlowJson.Sequence("long", FlowJson.Delay("d", "10:00:00"), FlowJson.WriteLine("b", "much later"));
        Assert.Equal(0, await RunAsync(long_, r => r with { SkipTimers = true }));
        Assert.Equal(["later", "much later"], Lines());
    }

    [Fact]
    public async Task Inputs_are_read_by_their_declared_types()
    {
        const string Inputs = """
            "inputs": [ { "name": "Odd" }, { "name": "Count", "type": "Int32" }, { "name": "Table", "type": "Object" }, { "name": "Text", "type": "String" } ]
            """;
        var flow = FlowJson.Of("inputs", Inputs, FlowJson.WriteInput("a", "Count"), FlowJson.WriteInput("b", "Table"), FlowJson.WriteInput("c", "Text"), FlowJson.WriteInput("d", "Odd"));
        Assert.Equal(0, await RunAsync(flow, r => r with { Inputs = KeyValueArguments.Inputs(["count=042", """Table={"a": [1, 2]}""", "Text={no json}", "Odd=[draft] text"]) }));
        Assert.Equal(["42", """{"a":[1,2]}""", "{no json}", "[draft] text"], Lines());
    }

    [Fact]
    public async Task An_input_that_does_not_fit_its_type_is_refused_by_name()
    {
        var flow = FlowJson.Of("inputs", """ "inputs": [ { "name": "Count", "type": "Int32" } ] """, FlowJson.WriteInput("a", "Count"));
        var fault = await Assert.ThrowsAsync<DefinitionException>(() => RunAsync(flow, r => r with { Inputs = KeyValueArguments.Inputs(["Count=many"]) }));
        Assert.Contains("Count", fault.Message, StringComparison.Ordinal);
        Assert.Contains("many", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trigger_at_the_start_is_whoever_starts_the_run_and_its_outputs_come_from_the_inputs()
    {
        const string Arrived = """
            { "id": "t", "type": "Dag.FilesArrived", "customProperties": { "canStartWorkflow": true },
              "folder": { "typeName": "String", "expression": { "type": "Literal", "value": "/nowhere" } } }
            """;
        Assert.Equal(0, await RunAsync(FlowJson.Sequence("triggered", Arrived, FlowJson.WriteLine("a", "on")), r => r with
        {
            Inputs = KeyValueArguments.Inputs(["""Files=["/tmp/a.csv"]"""]),
            Json = true,
        }));
        using var report = JsonDocument.Parse(_output.ToString());
        var trigger = report.RootElement.GetProperty("executions").EnumerateArray().Single(e => e.GetProperty("activityId").GetString() == "t");
        Assert.Equal("Completed", trigger.GetProperty("status").GetString());
        Assert.Equal("/tmp/a.csv", trigger.GetProperty("outputs").GetProperty("Files")[0].GetString());
    }

    [Fact]
    public async Task With_json_one_object_is_all_that_is_printed()
    {
        var flow = FlowJson.Sequence("report", FlowJson.WriteLine("a", "first"), FlowJson.Fault("f", "boom"));
        Assert.Equal(1, await RunAsync(flow, r => r with { Json = true }));

        using var report = JsonDocument.Parse(_output.ToString());
        Assert.Equal(
            ["id", "definitionId", "version", "status", "subStatus", "output", "incidents", "lines", "executions"],
            report.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal("Faulted", report.RootElement.GetProperty("subStatus").GetString());
        Assert.Equal("""[{"activityId":"f","message":"boom"}]""", Compact(report.RootElement.GetProperty("incidents")));
        Assert.Equal("""["first"]""", Compact(report.RootElement.GetProperty("lines")));
        var execution = report.RootElement.GetProperty("executions").EnumerateArray().Single(e => e.GetProperty("activityId").GetString() == "a");
        Assert.Equal(
            ["activityId", "nodeId", "type", "status", "attempts", "startedAt", "finishedAt", "outputs"], execution.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task Further_files_that_cannot_be_published_in_the_data_folder_are_refused_with_their_faults()
    {
        var main = _folder.Write("main.json", FlowJson.Sequence("main", FlowJson.WriteLine("a", "first")));
        var other = _folder.Write("other.json", FlowJson.Sequence("other", """{ "id": "x", "type": "Acme.Nope" }"""));
        var fault = await Assert.ThrowsAsync<UsageException>(() => RunFilesAsync(Request(main, other) with { DataFolder = Path.Combine(_folder.Path, "data") }));
        Assert.StartsWith(other + ": ", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Acme.Nope", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_in_a_data_folder_is_kept_there()
    {
        var data = Path.Combine(_folder.Path, "data");
        Assert.Equal(0, await RunAsync(FlowJson.Sequence("kept", FlowJson.WriteLine("a", "first")), r => r with { DataFolder = data }));
        Assert.True(File.Exists(Path.Combine(data, "metadata.db")));

        // The temporary ones are gone, and timers of other runs in a shared folder are not skipped.
        await Assert.ThrowsAsync<UsageException>(() => RunAsync("{}", r => r with { DataFolder = data, SkipTimers = true }));
    }

    [Fact]
    public async Task A_run_that_is_cancelled_ends_with_1()
    {
        using var cancelling = new CancellationTokenSource();
        var file = _folder.Write("flow.json", FlowJson.Sequence("long", FlowJson.WriteLine("a", "on"), FlowJson.Delay("d", "10:00:00")));
        using var output = new CancellingWriter(cancelling);
        Assert.Equal(1, await RunVerb.RunAsync(Request(file), output, _errors, cancelling.Token));
        Assert.Contains("cancelling", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var error = await Assert.ThrowsAsync<UsageException>(() => RunFilesAsync(Request("/nowhere/flow.json")));
        Assert.Contains("/nowhere/flow.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_other_files_are_workflows_that_the_first_uses_in_any_order_and_with_faults_of_their_own()
    {
        var main = _folder.Write("main.json", FlowJson.Sequence("main", """{ "id": "o", "type": "Outer" }"""));
        var outer = _folder.Write("outer.json", FlowJson.Of("Outer", Usable, """{ "id": "i", "type": "Inner" }""", FlowJson.WriteLine("b", "outer")));
        var inner = _folder.Write("inner.json", FlowJson.Of("Inner", Usable, FlowJson.WriteLine("a", "inner")));
        var broken = _folder.Write("broken.json", FlowJson.Of("Broken", Usable, """{ "id": "x", "type": "Acme.Nope" }"""));

        Assert.Equal(0, await RunFilesAsync(Request(main, outer, broken, inner)));
        Assert.Equal(["inner", "outer"], Lines());
    }

    [Fact]
    public async Task A_published_event_reaches_the_run_itself_and_starts_the_workflows_of_the_other_files()
    {
        var main = _folder.Write("main.json", FlowJson.Sequence(
            "main", """{ "id": "p", "type": "Elsa.PublishEvent", "eventName": "Go", "payload": "gone" }""", FlowJson.Event("e", "Go"), FlowJson.WriteLine("a", "went")));
        var reacts = _folder.Write("reacts.json", FlowJson.Of("reacts", """ "outputs": [ { "name": "got" } ] """,
            """{ "id": "e", "type": "Elsa.Event", "eventName": "Go", "result": { "memoryReference": { "id": "got" } }, "customProperties": { "canStartWorkflow": true } }""",
            FlowJson.Delay("d", "00:00:05"), FlowJson.WriteLine("b", "reacted")));

        Assert.Equal(0, await RunFilesAsync(Request(main, reacts) with { Json = true, SkipTimers = true }));
        using var json = JsonDocument.Parse(_output.ToString());
        Assert.Equal(["reacted", "went"], json.RootElement.GetProperty("lines").EnumerateArray().Select(l => l.GetString()).Order());
        var other = Assert.Single(json.RootElement.GetProperty("runs").EnumerateArray());
        Assert.Equal(("reacts", "Finished", "gone"), (other.GetProperty("definitionId").GetString(), other.GetProperty("subStatus").GetString(), other.GetProperty("output").GetProperty("got").GetString()));
    }

    [Fact]
    public async Task The_runs_that_it_starts_are_followed_to_their_ends_and_told_of()
    {
        var main = _folder.Write("main.json", FlowJson.Sequence(
            "main",
            FlowJson.WriteLine("a", "before"),
            """{ "id": "x", "type": "Elsa.ExecuteWorkflow", "workflowDefinitionId": "child", "waitForCompletion": true }""",
            FlowJson.WriteLine("b", "after"),
            """{ "id": "y", "type": "Elsa.DispatchWorkflow", "workflowDefinitionId": "late" }"""));
        var child = _folder.Write("child.json", FlowJson.Sequence("child", FlowJson.WriteLine("a", "in it")));
        var late = _folder.Write("late.json", FlowJson.Sequence("late", FlowJson.Event("e", "Go"), FlowJson.Delay("d", "01:00:00"), FlowJson.Fault("f", "boom")));

        Assert.Equal(0, await RunFilesAsync(Request(main, child, late) with { SkipTimers = true, Json = true, Events = KeyValueArguments.Events(["Go"]) }));
        using var json = JsonDocument.Parse(_output.ToString());
        Assert.Equal("""["before","in it","after"]""", Compact(json.RootElement.GetProperty("lines")));
        Assert.Equal(["child Finished", "late Faulted"], json.RootElement.GetProperty("runs").EnumerateArray().Select(r => $"{r.GetProperty("definitionId")} {r.GetProperty("subStatus")}"));
        Assert.Contains("f: boom", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_goes_before_what_the_data_folder_has_published()
    {
        var main = _folder.Write("main.json", FlowJson.Sequence("main", """{ "id": "i", "type": "Inner", "version": 1 }"""));
        var inner = _folder.Write("inner.json", FlowJson.Of("Inner", Usable, FlowJson.WriteLine("a", "first")));
        var data = Path.Combine(_folder.Path, "data");
        Assert.Equal(0, await RunFilesAsync(Request(main, inner) with { DataFolder = data }));
        _folder.Write("inner.json", FlowJson.Of("Inner", Usable, FlowJson.WriteLine("a", "second")));
        Assert.Equal(0, await RunFilesAsync(Request(main, inner) with { DataFolder = data }));
        Assert.Equal(0, await RunFilesAsync(Request(main) with { DataFolder = data }));
        Assert.Equal(["first", "second", "first"], Lines());
    }

    private const string Usable = "\"options\": { \"usableAsActivity\": true }";

    private static RunRequest Request(params string[] files) => new() { Files = files, Inputs = new Dictionary<string, string>(), Events = [] };

    private Task<int> RunAsync(string json, Func<RunRequest, RunRequest>? change = null)
    {
        var request = Request(_folder.Write("flow.json", json));
        return RunFilesAsync(change is null ? request : change(request));
    }

    private Task<int> RunFilesAsync(RunRequest request) => RunVerb.RunAsync(request, _output, _errors, TestContext.Current.CancellationToken);

    private string[] Lines() => _output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);
}
