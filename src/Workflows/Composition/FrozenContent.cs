using System.Security.Cryptography;
using System.Text;
using Dag.Workflows.Definitions;

namespace Dag.Workflows.Composition;

/// <summary>A definition as bytes, under their hash.</summary>
internal readonly record struct FrozenContent(string Hash, byte[] Bytes)
{
    public static FrozenContent Of(WorkflowDefinition definition)
    {
        var bytes = Encoding.UTF8.GetBytes(DefinitionWriter.Write(definition));
        return new FrozenContent(Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes);
    }
}
