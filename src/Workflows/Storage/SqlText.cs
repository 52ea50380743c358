using System.Text;

namespace Dag.Workflows.Storage;

/// <summary>Text that both databases can keep. PostgreSQL refuses NUL and lone surrogates, and would fail a whole run for one.</summary>
internal static class SqlText
{
    /// <summary>The text itself, or a copy in which characters that cannot be stored are U+FFFD.</summary>
    public static string Clean(string text)
    {
        if (!NeedsCleaning(text))
            return text;

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // EnumerateRunes has made lone surrogates U+FFFD already.
            clean.Append(rune.Value == 0 ? "\uFFFD" : rune.ToString());
        }

        return clean.ToString();
    }

    /// <summary>As <see cref="Clean"/>; null stays null.</summary>
    public static string? CleanOrNull(string? text) => text is null ? null : Clean(text);

    /// <summary>A LIKE pattern (escape character \) that finds the text anywhere, in text that <see cref="Fold"/> has folded.</summary>
    public static string ContainsPattern(string text)
    {
        var escaped = Fold(text)
            .Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("%", @"\%", StringComparison.Ordinal)
            .Replace("_", @"\_", StringComparison.Ordinal);
        return $"%{escaped}%";
    }

    /// <summary>The text as it is searched: without case, the same in both databases.</summary>
    public static string Fold(string text) => Clean(text).ToLowerInvariant();

    private static bool NeedsCleaning(string text)
    {
        // Surrogates are rare: only where one is, look whether each has its other half.
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return text.Contains('\0', StringComparison.Ordinal);

        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == 0 || rune == Rune.ReplacementChar)
                return true;
        }

        return false;
    }
}
