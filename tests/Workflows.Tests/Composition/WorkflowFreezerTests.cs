using Dag.Workflows.Composition;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;
using Dag.Workflows.Tests.Runs;

namespace Dag.Workflows.Tests.Composition;

/// <summary>Which workflows a workflow uses, and which it may not.</summary>
public sealed class WorkflowFreezerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_workflow_that_uses_itself_is_refused_with_the_circle()
    {
        var freezer = Freezer(Uses("A", "B"), Uses("B", "C"), Uses("C", "B"));
        var e = await Assert.ThrowsAsync<DefinitionException>(() => freezer.FreezeAsync(DefinitionReader.Read(Uses("A", "B")), Token));
        Assert.Contains("B uses itself: B → C → B.", e.Message, StringComparison.Ordinal);
        e = await Assert.ThrowsAsync<DefinitionException>(() => Freezer(Uses("A", "A")).FreezeAsync(DefinitionReader.Read(Uses("A", "A")), Token));
        Assert.Contains("A uses itself: A → A.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workflows_may_meet_again_further_down()
    {
        var frozen = await Freezer(Uses("Left", "End"), Uses("Right", "End"), Uses("End")).FreezeAsync(DefinitionReader.Read(Uses("Top", "Left", "Right")), Token);
        Assert.Equal(3, frozen.Uses.Count);
        Assert.Equal(4, frozen.Blobs.Count);
        Assert.Equal(2, frozen.Graph.Nodes.Count(n => n.Type == "End"));
    }

    [Fact]
    public async Task Doubling_at_every_level_is_refused_before_it_fills_the_memory()
    {
        var levels = Enumerable.Range(0, 31).Select(i => i == 30 ? Uses("L30") : Uses($"L{i}", $"L{i + 1}", $"L{i + 1}")).ToArray();
        var e = await Assert.ThrowsAsync<DefinitionException>(() => Freezer(levels).FreezeAsync(DefinitionReader.Read(levels[0]), Token));
        Assert.Contains("more than 100,000 activities", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_chain_is_refused()
    {
        var levels = Enumerable.Range(0, 1000).Select(i => Uses($"L{i}", $"L{i + 1}")).ToArray();
        var e = await Assert.ThrowsAsync<DefinitionException>(() => Freezer(levels).FreezeAsync(DefinitionReader.Read(levels[0]), Token));
        Assert.Contains("more than 32 levels deep", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_type_is_named_with_the_workflows_that_can_be_used()
    {
        var definition = DefinitionReader.Read(Uses("A", "Betta"));
        var links = await Freezer(Uses("Beta"), Uses("Gamma", "Delta")).LinkAsync(definition, Token);
        var fault = Assert.Single(GraphCompiler.Validate(definition, InMemoryRun.Catalog, links));
        Assert.Contains("'Betta' is not known", fault.Message, StringComparison.Ordinal);
        Assert.StartsWith("Did you mean 'Beta'? Known types: Beta, ", fault.Fix, StringComparison.Ordinal);
        Assert.Contains("Gamma", fault.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_in_a_workflow_that_is_used_is_found_where_it_is_used()
    {
        var definition = DefinitionReader.Read(Uses("A", "B"));
        var links = await Freezer(Uses("B", "Nope")).LinkAsync(definition, Token);
        var fault = Assert.Single(GraphCompiler.Validate(definition, InMemoryRun.Catalog, links));
        Assert.Equal("Workflow1:seq:B0:Workflow1:seq:Nope0", fault.Place);
    }

    [Fact]
    public async Task Only_what_its_author_lets_be_used_can_be_used()
    {
        var hidden = Uses("B").Replace("true", "false", StringComparison.Ordinal);
        Assert.Empty((await Freezer(hidden).FreezeAsync(DefinitionReader.Read(Uses("A", "B")), Token)).Uses);
    }

    [Fact]
    public async Task The_history_names_what_was_used_and_a_run_is_restored_from_it()
    {
        var definition = DefinitionReader.Read(Uses("A", "B"));
        var frozen = await Freezer(Uses("B", "C"), Uses("C")).FreezeAsync(definition, Token);
        var started = InMemoryRun.StartOf(frozen.Graph, TimeProvider.System) with { DefinitionHash = frozen.Content.Hash, Uses = frozen.Uses };
        using var writer = new EventWriter();
        var read = EventReader.ReadStart(writer.Write([started]));
        Assert.Equal(started.Uses, read.Uses);

        var later = Freezer();
        Assert.Null(later.FindGraph(read.DefinitionHash, read.Uses));
        var blobs = frozen.Blobs.ToDictionary(b => b.Hash, b => b.Content);
        var restored = later.Restore(
            read.DefinitionHash,
            DefinitionReader.Read(blobs[read.DefinitionHash]),
            read.Uses.Select(u => new UsedWorkflow(u.Reference, DefinitionReader.Read(blobs[u.Hash]), new FrozenContent(u.Hash, blobs[u.Hash].ToArray()))));
        Assert.Equal(frozen.Graph.Nodes.Select(n => (n.NodeId, n.Type, n.Control)), restored.Nodes.Select(n => (n.NodeId, n.Type, n.Control)));
        Assert.Same(restored, later.FindGraph(read.DefinitionHash, read.Uses));
    }

    private static WorkflowFreezer Freezer(params string[] given) => new(new GivenWorkflows([.. given.Select(DefinitionReader.Read)]), InMemoryRun.Catalog);

    // A workflow that uses others, one after the other.
    private static string Uses(string name, params string[] others)
    {
        var activities = string.Join(',', others.Select((o, i) => $$"""{"id":"{{o}}{{i}}","type":"{{o}}"}"""));
        return $$"""{"definitionId":"{{name}}","name":"{{name}}","options":{"usableAsActivity":true},"root":{"id":"seq","type":"Elsa.Sequence","activities":[{{activities}}]} }""";
    }
}
