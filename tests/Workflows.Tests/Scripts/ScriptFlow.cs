using System.Text.Json;
using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Scripts;
using Dag.Workflows.Tests.Runs;

namespace Dag.Workflows.Tests.Scripts;

/// <summary>Small workflows that are about their scripts.</summary>
internal static class ScriptFlow
{
    public static object Js(string source) => new { typeName = "Object", expression = new { type = "JavaScript", value = source } };

    public static object Literal(object? value) => new { typeName = "Object", expression = new { type = "Literal", value } };

    public static Dictionary<string, object?> Activity(string id, string type, params (string Name, object? Value)[] members)
    {
        var activity = new Dictionary<string, object?> { ["id"] = id, ["type"] = type };
        foreach (var (name, value) in members)
        {
            activity[name] = value;
        }

        return activity;
    }

    public static object WriteLine(string source) => Activity("line" + Math.Abs(source.GetHashCode()), "Elsa.WriteLine", ("text", Js(source)));

    public static object Run(string id, string source) => Activity(id, "Elsa.RunJavaScript", ("script", Literal(source)));

    public static object SetVariable(string name, object value) =>
        Activity("set" + name, "Elsa.SetVariable", ("variable", new { id = name, name }), ("value", value));

    public static object Output(string source) => Activity("out", "Elsa.SetOutput", ("outputName", Literal("r")), ("outputValue", Js(source)));

    /// <summary>A variable of the workflow.</summary>
    public static object Variable(string name, string type, object? value) => new { id = name, name, typeName = type, value };

    /// <summary>A sequence of activities as a workflow.</summary>
    public static string Sequence(object[] variables, params object[] activities) => JsonSerializer.Serialize(new
    {
        definitionId = "scripts",
        id = "scripts-v1",
        name = "scripts",
        version = 3,
        inputs = new[] { new { name = "Customer", type = "String" }, new { name = "Total", type = "Int32" } },
        variables,
        root = new { id = "seq", type = "Elsa.Sequence", activities },
    });

    public static WorkflowGraph Compile(string json, IScriptEngine engine) =>
        GraphCompiler.Compile(DefinitionReader.Read(json), new ActivityCatalog([typeof(TestWork)]) { Scripts = engine });

    /// <summary>Evaluates one script as an input; throws what the run's incident says.</summary>
    public static async Task<object?> EvaluateAsync(
        string source, object[]? variables = null, IReadOnlyDictionary<string, object?>? input = null, IScriptEngine? engine = null)
    {
        var run = await InMemoryRun.RunAsync(Compile(Sequence(variables ?? [], Output(source)), engine ?? TestScripts.Engine), input);
        return run.State.Incidents is [var incident, ..]
            ? throw new ScriptException($"{incident.Message}: {incident.Detail}")
            : run.State.Resolve(run.State.Outputs["r"]);
    }
}
