using Dag.Workflows.Activities;
using Dag.Workflows.Composition;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Scripts;

namespace Dag.Workflows.Tests.Scripts;

public sealed class NodeScriptEngineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Children_start_with_the_first_script_and_are_used_again()
    {
        using var engine = new NodeScriptEngine(new ScriptOptions { TimeLimit = TimeSpan.FromSeconds(10) }, TimeProvider.System);
        Assert.Empty(engine.IdleChildren);
        await ScriptFlow.EvaluateAsync("1", engine: engine);
        var first = Assert.Single(engine.IdleChildren);
        await ScriptFlow.EvaluateAsync("2", engine: engine);
        Assert.Equal(first, Assert.Single(engine.IdleChildren));
    }

    [Fact]
    public async Task A_child_is_replaced_after_so_many_evaluations()
    {
        using var engine = new NodeScriptEngine(
            new ScriptOptions { Children = 1, EvaluationsPerChild = 2, TimeLimit = TimeSpan.FromSeconds(10) }, TimeProvider.System);
        await ScriptFlow.EvaluateAsync("1", engine: engine);
        Assert.Single(engine.IdleChildren);
        await ScriptFlow.EvaluateAsync("2", engine: engine);
        Assert.Empty(engine.IdleChildren);
        Assert.Equal(3, await ScriptFlow.EvaluateAsync("3", engine: engine));
    }

    [Fact]
    public async Task A_child_that_was_killed_while_idle_is_replaced()
    {
        using var engine = new NodeScriptEngine(new ScriptOptions { Children = 1, TimeLimit = TimeSpan.FromSeconds(10) }, TimeProvider.System);
        await ScriptFlow.EvaluateAsync("1", engine: engine);
        using (var child = System.Diagnostics.Process.GetProcessById(Assert.Single(engine.IdleChildren)))
        {
            child.Kill();
            await child.WaitForExitAsync(Token);
        }

        Assert.Equal(2, await ScriptFlow.EvaluateAsync("2", engine: engine));
    }

    [Fact]
    public async Task More_scripts_than_children_wait_for_their_turn()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => ScriptFlow.EvaluateAsync($"{i} * 2")));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (object?)(i * 2)), results);
    }

    [Fact]
    public async Task Values_larger_than_a_pipe_cross()
    {
        var text = new string('é', 300_000);
        Assert.Equal(text + "!", await ScriptFlow.EvaluateAsync("getCustomer() + '!'", input: new Dictionary<string, object?> { ["Customer"] = text }));
    }

    [Fact]
    public async Task Without_node_publishing_says_so_once_and_a_run_faults()
    {
        using var engine = new NodeScriptEngine(new ScriptOptions { NodePath = "/nowhere/node" }, TimeProvider.System);
        var json = ScriptFlow.Sequence([], ScriptFlow.WriteLine("1"), ScriptFlow.WriteLine("2"));
        var faults = await GraphCompiler.ValidateAsync(DefinitionReader.Read(json), new ActivityCatalog([]) { Scripts = engine }, WorkflowLinks.None, Token);
        Assert.Contains("install it from https://nodejs.org", Assert.Single(faults).Fix);
        var e = await Assert.ThrowsAsync<ScriptException>(() => ScriptFlow.EvaluateAsync("1", engine: engine));
        Assert.Equal("Failed to evaluate activity input 'OutputValue': JavaScript needs Node.js 20 or later: install it from https://nodejs.org.", e.Message);
    }

    [Fact]
    public void An_old_node_is_refused() => Assert.Contains("v18.1.0", Assert.Throws<ScriptUnavailableException>(() => ScriptLaunch.CheckVersion("v18.1.0")).Message);

    [Fact]
    public async Task A_folder_without_the_packages_is_named()
    {
        using var engine = new NodeScriptEngine(new ScriptOptions { ModulesFolder = Path.GetTempPath() }, TimeProvider.System);
        var e = await Assert.ThrowsAsync<ScriptException>(() => ScriptFlow.EvaluateAsync("1", engine: engine));
        Assert.Contains("DAG_NODE_MODULES", e.Message);
    }

    [Fact]
    public async Task Validation_finds_syntax_errors_wherever_scripts_stand()
    {
        var cases = new[] { new { label = "a", condition = new { type = "JavaScript", value = "1 +" } } };
        var json = ScriptFlow.Sequence(
            [],
            ScriptFlow.WriteLine("let x = ;"),
            ScriptFlow.Run("run", "return {"),
            ScriptFlow.Activity("switch", "Elsa.FlowSwitch", ("cases", cases)),
            ScriptFlow.WriteLine("return 'fine'"));
        var faults = await GraphCompiler.ValidateAsync(DefinitionReader.Read(json), new ActivityCatalog([]) { Scripts = TestScripts.Engine }, WorkflowLinks.None, Token);
        Assert.Equal(["Cases", "Script", "Text"], faults.Select(f => f.Message.Split('\'')[1]).Order());
        Assert.All(faults, f => Assert.Contains("SyntaxError", f.Message));
    }

    [Fact]
    public async Task A_workflow_without_scripts_keeps_no_outputs()
    {
        var graph = ScriptFlow.Compile(ScriptFlow.Sequence([], ScriptFlow.Activity("end", "Elsa.End")), NoScriptEngine.Instance);
        Assert.Null(graph.Scripts);
        Assert.Empty(await GraphCompiler.ValidateAsync(graph.Definition, new ActivityCatalog([]), WorkflowLinks.None, Token));
    }
}
