using Dag.Workflows.Definitions;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;

namespace Dag.Workflows.Tests.Running;

public sealed class RunRemovalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dag-removal-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_that_go_on_are_cancelled_and_then_deleted_like_those_that_are_over()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        var over = await engine.RunAsync(FlowJson.Flowchart([FlowJson.Activity("A", "Elsa.WriteLine", new { text = "x" })], []));
        var waiting = await engine.RunAsync(FlowJson.Flowchart([FlowJson.Activity("A", "Elsa.Event", new { eventName = "Go" })], []));
        var working = await StartHoldingAsync(engine);
        await engine.Journal.Holding.Task;

        var removal = await engine.Removal.RemoveAsync([over.Id, waiting.Id, "nowhere", working, over.Id], "not wanted", Token);

        Assert.Equal((3, 0), (removal.Deleted, removal.GoingOn.Count));
        Assert.Empty((await engine.Engine.ListRunsAsync(new RunFilter(), Token)).Runs);
        Assert.Equal(0, engine.Engine.ActiveRuns);
    }

    [Fact]
    public async Task A_run_of_another_node_that_does_not_stop_in_time_is_named_and_stays()
    {
        await using var holder = await TestEngine.StartAsync(_folder, options: new EngineOptions { Node = "holder" });
        var run = await StartHoldingAsync(holder);
        await using var engine = await TestEngine.StartAsync(_folder);

        var removal = await engine.RemovalWith(TimeSpan.Zero).RemoveAsync([run], "not wanted", Token);

        Assert.Equal([run], removal.GoingOn);
        Assert.Equal(0, removal.Deleted);
        Assert.NotNull(await engine.Engine.FindRunAsync(run, Token));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<string> StartHoldingAsync(TestEngine engine) =>
        (await engine.Engine.StartRunAsync(
            new StartRequest { Definition = DefinitionReader.Read(FlowJson.Flowchart([FlowJson.Activity("A", "Test.Work", new { hold = true })], [])) }, Token))!;
}
