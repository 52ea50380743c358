using System.Text.RegularExpressions;

namespace Dag.Host.Reference;

/// <summary>Text as Markdown.</summary>
internal static partial class Markdown
{
    /// <summary>Text that stays as it is, in a table as well.</summary>
    public static string Escape(string text) => Special.Replace(text, @"\$0").Replace("<", "&lt;", StringComparison.Ordinal);

    /// <summary>Text as code, in a table as well.</summary>
    public static string Code(string text) => $"`{text.Replace("|", @"\|", StringComparison.Ordinal)}`";

    /// <summary>The anchor that GitHub gives a heading.</summary>
    public static string Anchor(string heading) => heading.ToLowerInvariant().Replace(".", "", StringComparison.Ordinal).Replace(' ', '-');

    /// <summary>Several things in a sentence.</summary>
    public static string List(IReadOnlyList<string> items, string and) =>
        items.Count < 2 ? string.Concat(items) : $"{string.Join(", ", items.SkipLast(1))} {and} {items[^1]}";

    [GeneratedRegex(@"[*_|`]|\\(?=[*_|`\\\[])")]
    private static partial Regex Special { get; }
}
