namespace Dag.Host.Demo;

/// <summary>
/// Lines for people, and one line at the bottom that is written over again and again. Without a terminal there is no such line and no
/// colour, so that a log of it reads well.
/// </summary>
internal sealed class DemoTerminal(TextWriter output, TimeProvider clock)
{
    private const string EraseLine = "\r\u001b[2K";
    private bool _hasStatus;

    /// <summary>Whether the last line can be written over.</summary>
    public bool IsLive { get; init; }

    /// <summary>Whether colours are shown.</summary>
    public bool HasColor { get; init; }

    /// <summary>How many characters a line holds.</summary>
    public Func<int> Width { get; init; } = () => 100;

    /// <summary>The clock of what is shown.</summary>
    public TimeProvider Clock { get; } = clock;

    /// <summary>The process's standard output: live when it is a terminal, with colours unless NO_COLOR is set.</summary>
    public static DemoTerminal OfConsole()
    {
        var isTerminal = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new DemoTerminal(Console.Out, TimeProvider.System)
        {
            IsLive = isTerminal,
            HasColor = isTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
            Width = () => isTerminal && Console.WindowWidth > 20 ? Console.WindowWidth : 120,
        };
    }

    /// <summary>Writes a line that stays.</summary>
    public void Line(string text = "")
    {
        EraseStatus();
        output.WriteLine(text);
        output.Flush();
    }

    /// <summary>Writes words that stay, wrapped at the edge; lines after the first begin with the indent.</summary>
    public void Wrapped(string first, string indent, string text, Func<string, string> style)
    {
        var room = Math.Max(20, Width() - indent.Length - 1);
        var lines = TextLayout.Wrap(text, room);
        for (var i = 0; i < lines.Count; i++)
        {
            Line((i == 0 ? first : indent) + style(lines[i]));
        }
    }

    /// <summary>Writes the line at the bottom over; does nothing without a terminal.</summary>
    /// <param name="plain">What it shows, before colours: its length is what counts.</param>
    /// <param name="styled">The same with colours.</param>
    public void Status(string plain, string styled)
    {
        if (!IsLive)
        {
            return;
        }

        output.Write(EraseLine + (plain.Length < Width() ? styled : plain[..(Width() - 1)]));
        output.Flush();
        _hasStatus = true;
    }

    /// <summary>Bold.</summary>
    public string Strong(string text) => Styled(text, "1");

    /// <summary>What matters less.</summary>
    public string Dim(string text) => Styled(text, "2");

    /// <summary>What went well.</summary>
    public string Good(string text) => Styled(text, "32");

    /// <summary>What went wrong.</summary>
    public string Bad(string text) => Styled(text, "31");

    /// <summary>What should be known.</summary>
    public string Warning(string text) => Styled(text, "33");

    /// <summary>What moves.</summary>
    public string Accent(string text) => Styled(text, "36");

    private string Styled(string text, string code) => HasColor && text.Length > 0 ? $"\u001b[{code}m{text}\u001b[0m" : text;

    private void EraseStatus()
    {
        if (_hasStatus)
        {
            output.Write(EraseLine);
            _hasStatus = false;
        }
    }
}
