using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Scripts;

/// <summary>What the scripts of one workflow share.</summary>
internal sealed partial class GraphScripts
{
    private readonly ConcurrentDictionary<string, ScriptContext> _contexts = new();

    /// <param name="definition">The workflow.</param>
    /// <param name="nodes">Its activities.</param>
    /// <param name="scripts">Its scripts; null stands for one that is only known when it runs.</param>
    public GraphScripts(WorkflowDefinition definition, IReadOnlyList<Node> nodes, IReadOnlyCollection<Script?> scripts)
    {
        DefinitionId = definition.DefinitionId;
        VersionId = definition.Id;
        Version = definition.Version;
        Inputs = [.. definition.Inputs.Select(i => i.Name)];
        UsesOutputs = scripts.Any(s => s is null or { MayReadOutputs: true });
        OutputAccessors = UsesOutputs ? AccessorsIn(nodes, scripts) : [];
    }

    public string DefinitionId { get; }

    public string VersionId { get; }

    public int Version { get; }

    public string[] Inputs { get; }

    /// <summary>Whether runs must keep what activities put out.</summary>
    public bool UsesOutputs { get; }

    /// <summary>Functions such as <c>getResultFromAsk</c>: the name, the activity, the output. Only those that some script mentions.</summary>
    public string[][] OutputAccessors { get; }

    /// <summary>The context for these names.</summary>
    public ScriptContext ContextFor(Script script, List<ScriptVariable> variables, bool inputAccessors, bool outcomes)
    {
        if (script.LastContext is { } last && last.Variables.Length == variables.Count && SameNames(last.Variables, variables)
            && ReferenceEquals(last.Inputs, Inputs))
        {
            return last;
        }

        var names = variables.Select(v => v.Name).ToArray();
        var context = _contexts.GetOrAdd(
            $"{inputAccessors}/{outcomes}/{string.Join('\n', names)}", _ => ScriptContext.Create(this, names, inputAccessors, outcomes));
        script.LastContext = context;
        return context;
    }

    /// <summary>A name as Elsa's accessors have it: words joined, each with a capital.</summary>
    public static string Pascal(string name) => WordStarts.Replace(name, m => m.Groups[1].Value.ToUpperInvariant());

    private static bool SameNames(string[] names, List<ScriptVariable> variables)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i] != variables[i].Name)
            {
                return false;
            }
        }

        return true;
    }

    private static string[][] AccessorsIn(IReadOnlyList<Node> nodes, IReadOnlyCollection<Script?> scripts)
    {
        var accessors = new Dictionary<string, string[]>();
        foreach (var node in nodes)
        {
            foreach (var output in node.Descriptor.Outputs)
            {
                foreach (var activity in new[] { node.Definition.Name, node.Id })
                {
                    var name = activity is { Length: > 0 } ? $"get{Pascal(output.Name)}From{Pascal(activity)}" : "";
                    if (PlainName.IsMatch(name) && scripts.Any(s => s is null || s.Source.Contains(name, StringComparison.Ordinal)))
                    {
                        accessors.TryAdd(name, [name, activity!, output.Name]);
                    }
                }
            }
        }

        return [.. accessors.Values];
    }

    [GeneratedRegex("(?:[ _-]+|^)([a-zA-Z])")]
    private static partial Regex WordStarts { get; }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex PlainName { get; }
}

/// <summary>A variable that a script sees, where it lives and what it holds now.</summary>
internal readonly record struct ScriptVariable(string Name, Execution Owner, string Id, object? Value);
