using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Dag.Workflows.Scripts;

/// <summary>
/// The names that a script finds: those of the variables in scope, the workflow's inputs and outputs. Scripts that find the same names in
/// the same definition share a context in a child.
/// </summary>
internal sealed class ScriptContext
{
    private ScriptContext(string key, string shape, string[] variables, string[] inputs)
    {
        Key = key;
        Shape = shape;
        Variables = variables;
        Inputs = inputs;
    }

    /// <summary>The hash under which children keep it.</summary>
    public string Key { get; }

    /// <summary>What a child makes it of, as JSON.</summary>
    public string Shape { get; }

    /// <summary>The variables in scope, inner ones first, each name once.</summary>
    public string[] Variables { get; }

    /// <summary>The inputs that the workflow declares.</summary>
    public string[] Inputs { get; }

    public static ScriptContext Create(GraphScripts scripts, string[] variables, bool inputAccessors, bool outcomes)
    {
        var shape = JsonSerializer.Serialize(
            new
            {
                definitionId = scripts.DefinitionId,
                versionId = scripts.VersionId,
                version = scripts.Version,
                vars = variables,
                inputs = scripts.Inputs,
                inputAccessors,
                outputs = scripts.OutputAccessors,
                outcomes,
            });
        return new ScriptContext(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(shape)).AsSpan(0, 16)), shape, variables, scripts.Inputs);
    }
}
