using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;

namespace Dag.Workflows.Running;

/// <summary>
/// Hides the secrets that this process has used, wherever they turn up in a text: as they are, and as JSON and addresses escape them.
/// Secrets of fewer than four characters are not hidden: blotting out every "1" would both spoil the text and tell the secret.
/// </summary>
public sealed class SecretMask
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Blot = "***";

    private const int Shortest = 4;
    private readonly Lock _gate = new();
    private string[] _hidden = [];

    /// <summary>Whether there is anything to hide.</summary>
    public bool IsEmpty => _hidden.Length == 0;

    /// <summary>Hides a secret from now on.</summary>
    public void Add(string secret)
    {
        if (secret.Length < Shortest)
        {
            return;
        }

        lock (_gate)
        {
            if (!_hidden.Contains(secret, StringComparer.Ordinal))
            {
                // Longest first: one may be part of another.
                _hidden =
                [
                    .. _hidden.Append(secret)
                        .Append(JavaScriptEncoder.Default.Encode(secret))
                        .Append(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret))
                        .Append(Uri.EscapeDataString(secret))
                        .Distinct(StringComparer.Ordinal)
                        .OrderByDescending(s => s.Length),
                ];
            }
        }
    }

    /// <summary>The text with every secret blotted out; the same object when it has none.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public string? Apply(string? text)
    {
        if (text is not null)
        {
            foreach (var secret in _hidden)
            {
                text = text.Replace(secret, Blot, StringComparison.Ordinal);
            }
        }

        return text;
    }
}
