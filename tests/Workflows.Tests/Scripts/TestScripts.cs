using Dag.Workflows.Scripts;

namespace Dag.Workflows.Tests.Scripts;

/// <summary>The engine that tests share: real children, started by the first test that needs one, which end with the test process.</summary>
internal static class TestScripts
{
    public static NodeScriptEngine Engine { get; } = new(new ScriptOptions { TimeLimit = TimeSpan.FromSeconds(10) }, TimeProvider.System);
}
