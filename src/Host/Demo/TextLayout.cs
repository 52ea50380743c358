using System.Globalization;

namespace Dag.Host.Demo;

/// <summary>Makes figures and text fit for people.</summary>
internal static class TextLayout
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>Divides text into lines of at most so many characters, between words.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        var lines = new List<string>();
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                lines.Add(line);
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        lines.Add(line);
        return lines;
    }

    /// <summary>A bar of so many characters, in eighths.</summary>
    public static string Bar(double fraction, int width)
    {
        const string Eighths = " ▏▎▍▌▋▊▉";
        var eighths = (int)Math.Round(Math.Clamp(fraction, 0, 1) * width * 8);
        var part = eighths % 8 == 0 ? "" : Eighths[eighths % 8].ToString();
        return (new string('█', eighths / 8) + part).PadRight(width);
    }

    /// <summary>A size, such as <c>166 kB</c>.</summary>
    public static string Bytes(double bytes) => bytes switch
    {
        < 1000 => string.Create(Invariant, $"{bytes:0} B"),
        < 1e6 => string.Create(Invariant, $"{bytes / 1e3:0} kB"),
        < 1e9 => string.Create(Invariant, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(Invariant, $"{bytes / 1e9:0.00} GB"),
    };

    /// <summary>A span of time, such as <c>0.9 s</c>.</summary>
    public static string Seconds(TimeSpan span) => string.Create(Invariant, $"{span.TotalSeconds:0.0} s");

    /// <summary>A count, such as <c>22,000</c>.</summary>
    public static string Count(double count) => count.ToString("N0", Invariant);

    /// <summary>A figure of a model, such as <c>30.70</c>.</summary>
    public static string Figure(double value) => value.ToString("0.00", Invariant);

    /// <summary>A share, such as <c>5.8 %</c>.</summary>
    public static string Share(double share) => share.ToString("0.0 %", Invariant);
}
