using System.Text.Json;
using System.Text.RegularExpressions;
using Dag.Host.Data;

namespace Dag.Host.Tests.Cli;

public sealed class ExecutableTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Data => Path.Combine(_folder.Path, "data");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("p01-bfs-order.json", "Finished/Finished lines=[A; B; C; D; E; F]", 0)]
    [InlineData("p11-fault-sibling.json", "Finished/Faulted lines=[A; B; B2] incidents=[X: boom X]", 1)]
    [InlineData("p71-event.json", "Running/Suspended lines=[A]", 3)]
    public async Task Run_prints_one_JSON_object_and_ends_as_the_run_did(string file, string expected, int exit)
    {
        var run = await DagProcess.RunAsync("run", "--json", "--skip-timers", Path.Combine(OracleRunTests.Folder, file));
        Assert.Equal(expected, OracleRunTests.Describe(run.Output));
        Assert.Equal(exit, run.Exit);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("run", "/nowhere.json")]
    [InlineData("run", "{file}", "--nope")]
    [InlineData("run", "{file}", "--input", "novalue")]
    [InlineData("run", "{file}", "--event", "Go={no json")]
    [InlineData("run", "{file}", "--mode", "odd")]
    [InlineData("validate", "/nowhere.json")]
    [InlineData("serve", "--urls", "http://0.0.0.0:0")]
    [InlineData("serve", "--urls", "nonsense")]
    [InlineData("frobnicate")]
    public async Task Wrong_usage_ends_with_2_and_says_what_is_wrong(params string[] arguments)
    {
        var file = _folder.Write("flow.json", FlowJson.Sequence("flow", FlowJson.WriteLine("a", "printed")));
        var run = await DagProcess.RunAsync(arguments.Select(a => a == "{file}" ? file : a));
        Assert.Equal(2, run.Exit);
        Assert.NotEqual("", run.Errors + (arguments[0] == "validate" ? run.Output : ""));
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("printed", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_on_a_served_folder_ends_with_2_and_names_the_first_but_a_run_is_forwarded_to_it()
    {
        using var first = await ServeAsync();
        var second = await DagProcess.RunAsync("serve", "--urls", "http://127.0.0.1:0", "--data", Data);
        Assert.Equal(2, second.Exit);
        Assert.Contains($"process {first.Process.Id} ({first.Address})", second.Errors, StringComparison.Ordinal);

        var file = _folder.Write("flow.json", FlowJson.Sequence("flow", FlowJson.WriteLine("a", "on"), FlowJson.Fault("f", "boom")));
        var run = await DagProcess.RunAsync("run", file, "--data", Data);
        Assert.Equal((1, "on"), (run.Exit, run.Output.Trim()));
        Assert.StartsWith("f: boom", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forwarded_run_says_when_its_service_was_killed_and_goes_on_with_the_next()
    {
        using var first = await ServeAsync();
        var file = _folder.Write("flow.json", FlowJson.Sequence("waiting", FlowJson.WriteLine("a", "before"), FlowJson.Delay("d", "00:00:01"), FlowJson.WriteLine("b", "after")));
        using var run = DagProcess.Start("run", file, "--data", Data);
        await run.WaitForAsync("before");
        first.Process.Signal("KILL");
        Assert.Equal(1, await run.ExitAsync());
        var goesOn = Regex.Match(run.Errors, "run ([0-9a-f]+) goes on when it is started again");
        Assert.True(goesOn.Success, run.Errors);

        using var second = await ServeAsync();
        var report = await second.UntilAsync(goesOn.Groups[1].Value, "Finished");
        Assert.Equal("""["before","after"]""", JsonSerializer.Serialize(report.GetProperty("lines")));
    }

    [Fact]
    public async Task What_a_killed_service_left_goes_on_when_it_is_started_again()
    {
        string run;
        using (var first = await ServeAsync())
        {
            var flow = FlowJson.Sequence("waiting", FlowJson.WriteLine("a", "before"), FlowJson.Event("e", "Go"), FlowJson.WriteLine("b", "after"));
            await first.PublishAsync(flow);
            run = await first.StartRunAsync("waiting");
            await first.UntilAsync(run, "Suspended");
            first.Process.Signal("KILL");
            await first.Process.ExitAsync();
        }

        Assert.Null(DataFolder.FindServer(Data));
        using var second = await ServeAsync();
        await second.Client.PostAsync("/api/v1/events/Go", Web.TestServer.Json("{}"), Token);
        var report = await second.UntilAsync(run, "Finished");
        Assert.Equal("""["before","after"]""", JsonSerializer.Serialize(report.GetProperty("lines")));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_drains_the_service_and_lets_the_folder_go(string signal)
    {
        using var service = await ServeAsync();
        service.Process.Signal(signal);
        Assert.Equal(0, await service.Process.ExitAsync());
        Assert.Contains("Stopped.", service.Process.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Data, "server.json")));
    }

    [Fact]
    public async Task An_address_that_is_in_use_is_said_in_one_sentence()
    {
        using var service = await ServeAsync();
        var second = await DagProcess.RunAsync("serve", "--urls", service.Address, "--data", Path.Combine(_folder.Path, "other"));
        Assert.Equal(2, second.Exit);
        Assert.Contains($"dag: The service cannot listen: Failed to bind to address {service.Address.TrimEnd('/')}", second.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Output + second.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_cancels_a_run()
    {
        var file = _folder.Write("flow.json", FlowJson.Sequence("long", FlowJson.WriteLine("a", "on"), FlowJson.Delay("d", "10:00:00")));
        using var run = DagProcess.Start("run", file);
        await run.WaitForAsync("on");
        run.Signal("INT");
        Assert.Equal(1, await run.ExitAsync());
    }

    [Fact]
    public async Task The_log_of_the_service_is_JSON_in_the_data_folder()
    {
        using (var service = await ServeAsync())
        {
            service.Process.Signal("TERM");
            await service.Process.ExitAsync();
        }

        var lines = File.ReadAllLines(Assert.Single(Directory.GetFiles(Path.Combine(Data, "logs"))));
        Assert.Contains(lines, l => JsonDocument.Parse(l).RootElement.GetProperty("RenderedMessage").GetString()!.StartsWith("Ready on", StringComparison.Ordinal));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Task<ServedFolder> ServeAsync() => ServedFolder.StartAsync(Data);
}
