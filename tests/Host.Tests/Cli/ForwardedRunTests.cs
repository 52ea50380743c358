using Dag.Host.Cli;
using Dag.Host.Data;
using Dag.Host.Tests.Web;

namespace Dag.Host.Tests.Cli;

public sealed class ForwardedRunTests : IDisposable
{
    private const string Usable = "\"options\": { \"usableAsActivity\": true }";
    private readonly TempFolder _folder = new();

    private string Data => Path.Combine(_folder.Path, "data");

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string[]> Flows => new()
    {
        { FlowJson.Sequence("lines", FlowJson.WriteLine("a", "first"), FlowJson.WriteLine("b", @"two\nlines \u00fc \ud83e\udd86")), [] },
        { FlowJson.Sequence("faulty", FlowJson.WriteLine("a", "first"), FlowJson.Fault("f", "boom")), [] },
        { FlowJson.Sequence("waiting", FlowJson.WriteLine("a", "first"), FlowJson.Event("e", "Go")), [] },
        { FlowJson.Sequence("events", FlowJson.Event("e1", "Go"), FlowJson.WriteLine("a", "went"), FlowJson.Event("e2", "Stop")), ["Stop", """Go={"by":"me"}"""] },
        { FlowJson.Sequence("delay", FlowJson.Delay("d", "00:00:00.1"), FlowJson.WriteLine("a", "later")), [] },
        { FlowJson.Of("inputs", """ "inputs": [ { "name": "Count", "type": "Int32" } ] """, FlowJson.WriteInput("a", "Count")), ["=042"] },
        { FlowJson.Of("inputs", """ "inputs": [ { "name": "Count", "type": "Int32" } ] """, FlowJson.WriteInput("a", "Count")), ["=many"] },
        { FlowJson.Sequence("unknown", """{ "id": "x", "type": "Acme.Nope" }"""), [] },
        { "{ nonsense", [] },
    };

    [Theory]
    [MemberData(nameof(Flows))]
    public async Task A_run_on_a_served_folder_prints_and_ends_as_one_of_its_own(string flow, string[] arguments)
    {
        await using var server = await TestServer.StartAsync(folder: Data);
        var request = Request(_folder.Write("flow.json", flow)) with
        {
            Inputs = arguments.Where(a => a[0] == '=').ToDictionary(_ => "Count", a => a[1..]),
            Events = KeyValueArguments.Events(arguments.Where(a => a[0] != '=')),
        };

        Assert.Equal(await RunAsync(request with { DataFolder = null }), await RunAsync(request));
    }

    [Fact]
    public async Task With_json_one_object_is_all_that_is_printed()
    {
        await using var server = await TestServer.StartAsync(folder: Data);
        var file = _folder.Write("flow.json", FlowJson.Sequence("report", FlowJson.WriteLine("a", "first"), FlowJson.Fault("f", "boom")));

        var run = await RunAsync(Request(file) with { Json = true });
        Assert.Equal("Finished/Faulted lines=[first] incidents=[f: boom]", OracleRunTests.Describe(run.Output));
        Assert.Equal(1, run.Exit);
    }

    [Fact]
    public async Task The_other_files_are_published_in_an_order_in_which_they_can_be()
    {
        await using var server = await TestServer.StartAsync(folder: Data);
        var main = _folder.Write("main.json", FlowJson.Sequence("main", """{ "id": "o", "type": "Outer" }"""));
        var outer = _folder.Write("outer.json", FlowJson.Of("Outer", Usable, """{ "id": "i", "type": "Inner" }""", FlowJson.WriteLine("b", "outer")));
        var inner = _folder.Write("inner.json", FlowJson.Of("Inner", Usable, FlowJson.WriteLine("a", "inner")));
        var broken = _folder.Write("broken.json", FlowJson.Of("Broken", Usable, """{ "id": "x", "type": "Acme.Nope" }"""));

        var run = await RunAsync(Request(main, outer, inner));
        Assert.Equal((0, "inner\nouter\n"), (run.Exit, run.Output));
        run = await RunAsync(Request(main, broken));
        Assert.Equal(2, run.Exit);
        Assert.StartsWith($"dag: {broken}: ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_here_is_cancelled_there()
    {
        await using var server = await TestServer.StartAsync(folder: Data);
        using var cancelling = new CancellationTokenSource();
        var file = _folder.Write("flow.json", FlowJson.Sequence("long", FlowJson.WriteLine("a", "on"), FlowJson.Delay("d", "10:00:00")));
        using var output = new CancellingWriter(cancelling);
        var errors = new StringWriter();

        Assert.Equal(1, await RunVerb.RunAsync(Request(file), output, errors, cancelling.Token));
        Assert.Contains("cancelling", errors.ToString(), StringComparison.Ordinal);
        var run = Assert.Single((await server.Engine.ListRunsAsync(new(), TestContext.Current.CancellationToken)).Runs);
        Assert.Equal("Cancelled", run.SubStatus);
    }

    [Fact]
    public async Task A_service_that_wants_a_key_or_does_not_answer_is_named()
    {
        var file = _folder.Write("flow.json", FlowJson.Sequence("flow", FlowJson.WriteLine("a", "on")));
        await using (await TestServer.StartAsync(folder: Data, apiKey: "the key"))
        {
            Assert.Equal((2, "", "dag: The service wants its key: set the environment variable DAG_API_KEY to it.\n"), await RunAsync(Request(file)));
        }

        using var held = await DataFolder.OpenAsync(Data, TimeProvider.System, TestContext.Current.CancellationToken);
        held.Announce(["http://127.0.0.1:1"]);
        var run = await RunAsync(Request(file));
        Assert.Equal(2, run.Exit);
        Assert.StartsWith("dag: The service on http://127.0.0.1:1/ does not answer: ", run.Errors, StringComparison.Ordinal);
    }

    private RunRequest Request(params string[] files) => new()
    {
        Files = files,
        Inputs = new Dictionary<string, string>(),
        Events = [],
        DataFolder = Data,
    };

    // As the command line does it.
    private static async Task<(int Exit, string Output, string Errors)> RunAsync(RunRequest request)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        try
        {
            return (await RunVerb.RunAsync(request, output, errors, TestContext.Current.CancellationToken), output.ToString(), errors.ToString());
        }
        catch (Exception e) when (ExitCode.Of(e) is { } exit)
        {
            return (exit, output.ToString(), errors + $"dag: {e.Message}\n");
        }
    }
}
