using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Dag.Workflows.Definitions;

namespace Dag.Workflows.Composition;

/// <summary>A definition as bytes, under their hash.</summary>
internal readonly record struct FrozenContent(string Hash, byte[] Bytes)
{
    // A published definition starts many runs, and is written and hashed for the first of them only.
    private static readonly ConditionalWeakTable<WorkflowDefinition, object> _known = [];

    public static FrozenContent Of(WorkflowDefinition definition) => (FrozenContent)_known.GetValue(definition, static d => Write(d));

    private static object Write(WorkflowDefinition definition)
    {
        var bytes = Encoding.UTF8.GetBytes(DefinitionWriter.Write(definition));
        return new FrozenContent(Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes);
    }
}
