using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Dag.Host.WebConsole;

/// <summary>The console's own style sheets and scripts, which are part of the program.</summary>
internal sealed class ConsoleAssets
{
    private const string Prefix = "console/";

    private readonly FrozenDictionary<string, ConsoleAsset> _assets = typeof(ConsoleAssets).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(n => n[Prefix.Length..], Read);

    /// <summary>The asset of a name; null when there is none.</summary>
    public ConsoleAsset? Find(string name) => _assets.GetValueOrDefault(name);

    private static ConsoleAsset Read(string name)
    {
        using var stream = typeof(ConsoleAssets).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var type = new FileExtensionContentTypeProvider().TryGetContentType(name, out var found) ? found : "application/octet-stream";
        return new ConsoleAsset(
            content,
            type.StartsWith("text/", StringComparison.Ordinal) ? type + "; charset=utf-8" : type,
            new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8))}\""));
    }
}

/// <summary>A style sheet or script.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="ContentType">What it is.</param>
/// <param name="Tag">Changes with its content.</param>
internal sealed record ConsoleAsset(byte[] Content, string ContentType, EntityTagHeaderValue Tag);
