using System.Text;
using System.Text.RegularExpressions;

namespace Dag.Host.Settings;

/// <summary>Reads a <c>.env</c> file: a <c>NAME=VALUE</c> a line, as shells and Docker do. Values are in no message: they may be secret.</summary>
internal static partial class EnvFile
{
    /// <summary>The names and values of a file.</summary>
    /// <param name="file">How faults name the file.</param>
    /// <param name="text">Its text.</param>
    /// <param name="faults">Receives what cannot be read.</param>
    public static IReadOnlyDictionary<string, string> Read(string file, string text, ICollection<string> faults)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (line, number) in text.ReplaceLineEndings("\n").TrimStart('\uFEFF').Split('\n').Select((l, i) => (l.Trim(), i + 1)))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var match = Line().Match(line);
            if (!match.Success)
            {
                faults.Add($"{file}, line {number}, is not NAME=VALUE.");
            }
            else if (ValueOf(match.Groups["value"].Value) is { } value)
            {
                values[match.Groups["name"].Value] = value;
            }
            else
            {
                faults.Add($"{file}, line {number}: the quotation of {match.Groups["name"].Value} does not end with its line.");
            }
        }

        return values;
    }

    // In double quotes backslashes escape, in single quotes nothing does, without quotes a # after a space begins a comment.
    private static string? ValueOf(string text) => text switch
    {
        ['"', ..] => DoubleQuoted().Match(text) is { Success: true } quoted ? Unescape(quoted.Groups["value"].Value) : null,
        ['\'', ..] => SingleQuoted().Match(text) is { Success: true } quoted ? quoted.Groups["value"].Value : null,
        _ => Comment().Replace(text, "").TrimEnd(),
    };

    private static string Unescape(string text)
    {
        var value = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            value.Append(text[i] != '\\' || i + 1 == text.Length ? text[i] : text[++i] switch
            {
                'n' => '\n',
                't' => '\t',
                var other => other,
            });
        }

        return value.ToString();
    }

    [GeneratedRegex(@"^(export\s+)?(?<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?<value>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Line();

    [GeneratedRegex(@"^""(?<value>([^""\\]|\\.)*)""\s*(#.*)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex DoubleQuoted();

    [GeneratedRegex(@"^'(?<value>[^']*)'\s*(#.*)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex SingleQuoted();

    [GeneratedRegex(@"(^|\s)#.*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Comment();
}
