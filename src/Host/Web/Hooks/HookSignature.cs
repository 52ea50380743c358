using System.Security.Cryptography;
using System.Text;

namespace Dag.Host.Web.Hooks;

/// <summary>The signature of a request: is given the body as it is read, and then tells whether it is right.</summary>
internal sealed class HookSignature : IDisposable
{
    private const string Prefix = "sha256=";
    private readonly IncrementalHash _hash;
    private readonly byte[] _expected;

    private HookSignature(IncrementalHash hash, byte[] expected) => (_hash, _expected) = (hash, expected);

    /// <summary>The key that makes a repetition of the same signed request no second run; null when the format cannot tell one.</summary>
    public string? ReplayKey { get; private init; }

    /// <summary>The signature in a header, <c>sha256=HEX</c>.</summary>
    /// <param name="header">The header's value.</param>
    /// <param name="secret">The secret that it is made with.</param>
    /// <param name="signed">What is signed before the body.</param>
    /// <param name="isUsedOnce">Whether the same signature is accepted once only.</param>
    /// <exception cref="HookRefusedException">It is none.</exception>
    public static HookSignature Of(string header, string secret, string signed, bool isUsedOnce)
    {
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || header.Length != Prefix.Length + (2 * SHA256.HashSizeInBytes) || !IsHex(header.AsSpan(Prefix.Length)))
        {
            throw HookRefusedException.Unauthorized("The signature is missing or not of the form sha256=HEX.");
        }

        var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.UTF8.GetBytes(signed));
        var expected = Convert.FromHexString(header.AsSpan(Prefix.Length));
        return new HookSignature(hash, expected) { ReplayKey = isUsedOnce ? $"signature:{Convert.ToHexStringLower(expected)}" : null };
    }

    /// <summary>A part of the body.</summary>
    public void Append(ReadOnlySpan<byte> body) => _hash.AppendData(body);

    /// <summary>The body is complete.</summary>
    /// <exception cref="HookRefusedException">The signature is wrong.</exception>
    public void Verify()
    {
        Span<byte> actual = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(actual);
        if (!CryptographicOperations.FixedTimeEquals(actual, _expected))
        {
            throw HookRefusedException.Unauthorized("The signature is wrong.");
        }
    }

    public void Dispose() => _hash.Dispose();

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }
        }

        return true;
    }
}
