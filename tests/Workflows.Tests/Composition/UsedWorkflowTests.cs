using Dag.Workflows.Definitions;
using Dag.Workflows.Running;
using Dag.Workflows.Tests.Running;

namespace Dag.Workflows.Tests.Composition;

/// <summary>Workflows of the catalog that are used as activities: what a run started with, it keeps.</summary>
public sealed class UsedWorkflowTests : IDisposable
{
    private const string Main = """
        {"definitionId":"main","name":"Main","root":{"id":"seq","type":"Elsa.Sequence","activities":[{"id":"p","type":"Part","workflowDefinitionId":"part"}]}}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("dag-uses-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_run_goes_on_with_the_version_that_it_started_with_also_over_a_restart()
    {
        string id;
        await using (var engine = await TestEngine.StartAsync(_folder))
        {
            await engine.Publisher.PublishAsync(DefinitionReader.Read(Part("old")), Token);
            id = (await engine.RunAsync(Main)).Id;
            await engine.Publisher.PublishAsync(DefinitionReader.Read(Part("new")), Token);
        }

        await using (var engine = await TestEngine.StartAsync(_folder))
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var subscription = engine.Engine.Feed.Listen(n => _ = n is RunChanged { Run.FinishedAt: not null } && ended.TrySetResult());
            Assert.Equal(1, (await engine.Engine.PublishEventAsync("Go", null, null, Token)).Told);
            await ended.Task.WaitAsync(Token);
            Assert.Equal(["old begins", "old ends"], (await engine.Engine.ReportAsync(id, Token))!.Lines);
            Assert.Equal(["new begins"], (await engine.RunAsync(Main)).Lines);
        }
    }

    [Fact]
    public async Task Publishing_looks_for_it_in_the_catalog()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        var e = await Assert.ThrowsAsync<DefinitionException>(() => engine.Publisher.PublishAsync(DefinitionReader.Read(Main), Token));
        Assert.Contains("'Part' is not known", e.Message, StringComparison.Ordinal);
        await engine.Publisher.PublishAsync(DefinitionReader.Read(Part("a")), Token);
        await engine.Publisher.PublishAsync(DefinitionReader.Read(Main), Token);
    }

    [Fact]
    public async Task Publishing_a_circle_is_refused()
    {
        await using var engine = await TestEngine.StartAsync(_folder);
        await engine.Publisher.PublishAsync(DefinitionReader.Read(Part("a")), Token);
        await engine.Publisher.PublishAsync(DefinitionReader.Read(Main.Replace("\"root\"", "\"options\":{\"usableAsActivity\":true},\"root\"", StringComparison.Ordinal)), Token);
        var circle = Part("b").Replace("Elsa.Event", "Main", StringComparison.Ordinal);
        var e = await Assert.ThrowsAsync<DefinitionException>(() => engine.Publisher.PublishAsync(DefinitionReader.Read(circle), Token));
        Assert.Contains("Part → Main → Part", e.Message, StringComparison.Ordinal);
    }

    private static string Part(string says) => $$$"""
        {"definitionId":"part","name":"Part","options":{"usableAsActivity":true},"root":{"id":"seq","type":"Elsa.Sequence","activities":[
            {"id":"a","type":"Elsa.WriteLine","text":"{{{says}}} begins"},{"id":"e","type":"Elsa.Event","eventName":"Go"},{"id":"b","type":"Elsa.WriteLine","text":"{{{says}}} ends"}]}}
        """;
}
