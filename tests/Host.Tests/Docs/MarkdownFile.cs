using System.Text.RegularExpressions;

namespace Dag.Host.Tests.Docs;

/// <summary>What tests need of a page of documentation.</summary>
internal sealed partial class MarkdownFile
{
    private readonly string _text;

    private MarkdownFile(string text) => _text = text;

    public static MarkdownFile Read(string path) => new(Repository.Read(path).ReplaceLineEndings("\n"));

    /// <summary>The blocks of code, in order, each with its language, which may be empty.</summary>
    public IReadOnlyList<(string Language, string Code)> Blocks =>
        [.. Fence().Matches(_text).Select(m => (m.Groups["language"].Value, m.Groups["code"].Value))];

    /// <summary>The verbs after <c>./dag</c>, and the options in the same line, in blocks, tables and running text.</summary>
    public IEnumerable<(string Verb, IReadOnlyList<string> Options)> Commands =>
        from line in _text.Split('\n')
        let options = Option().Matches(line).Select(m => m.Value).ToList()
        from Match command in Command().Matches(line)
        select (command.Groups["verb"].Value, (IReadOnlyList<string>)options);

    public string BlockOf(string language) => Blocks.First(b => b.Language == language).Code;

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\./dag (?<verb>[a-z]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Command();

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z-]*")]
    private static partial Regex Option();
}
