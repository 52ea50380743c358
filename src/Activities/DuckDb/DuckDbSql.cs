namespace Dag.Activities.DuckDb;

/// <summary>Quotes what goes into SQL text where no parameter can stand.</summary>
public static class DuckDbSql
{
    /// <summary>A name of a column or table: <c>"a ""b"""</c>.</summary>
    public static string Identifier(string name) => $"\"{Safe(name).Replace("\"", "\"\"")}\"";

    /// <summary>A string: <c>'it''s'</c>.</summary>
    public static string Literal(string value) => $"'{Safe(value).Replace("'", "''")}'";

    /// <summary>A list of strings: <c>['a','b']</c>.</summary>
    public static string Literals(IEnumerable<string> values) => $"[{string.Join(',', values.Select(Literal))}]";

    /// <summary>A path that is one file even when its name holds <c>* ? [</c>, which the engine reads as a pattern.</summary>
    public static string FilePath(string path) => Literal(EscapePattern(path));

    /// <summary>Paths that are one file each; see <see cref="FilePath"/>.</summary>
    public static string FilePaths(IEnumerable<string> paths) => Literals(paths.Select(EscapePattern));

    // A one-character set matches the character itself.
    private static string EscapePattern(string path) =>
        path.AsSpan().IndexOfAny("*?[") < 0 ? path : path.Replace("[", "[[]").Replace("*", "[*]").Replace("?", "[?]");

    // The C API ends a statement at the first NUL: what came after it would be lost in silence.
    private static string Safe(string text) => text.Contains('\0')
        ? throw new ArgumentException("A name or text with a NUL character cannot be used in SQL.", nameof(text))
        : text;
}
