using System.Security.Cryptography;

namespace Dag.Workflows.Storage;

/// <summary>Content under its SHA-256 in lower-case hexadecimal.</summary>
internal readonly record struct Blob(string Hash, ReadOnlyMemory<byte> Content)
{
    /// <summary>The content with its hash.</summary>
    public static Blob Of(ReadOnlyMemory<byte> content) => new(Convert.ToHexStringLower(SHA256.HashData(content.Span)), content);
}
