using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Dag.Host.Tests.Metrics;

/// <summary>Reads Prometheus' text format as strictly as the format is, after its specification.</summary>
internal sealed partial class PrometheusReader
{
    public Dictionary<string, (string Type, string Help)> Families { get; } = [];

    public Dictionary<string, double> Samples { get; } = [];

    public static PrometheusReader Read(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var reader = new PrometheusReader();
        string? current = null;
        foreach (var line in text.Split('\n')[..^1])
        {
            if (HelpLine().Match(line) is { Success: true } help)
            {
                current = help.Groups["name"].Value;
                Assert.True(reader.Families.TryAdd(current, ("", Unescape(help.Groups["text"].Value))), $"{current} comes twice");
            }
            else if (TypeLine().Match(line) is { Success: true } type)
            {
                Assert.Equal(current, type.Groups["name"].Value);
                reader.Families[current!] = (type.Groups["type"].Value, reader.Families[current!].Help);
            }
            else
            {
                var sample = SampleLine().Match(line);
                Assert.True(sample.Success, $"no sample: {line}");
                var name = sample.Groups["name"].Value;
                Assert.Equal(current, reader.Families[current!].Type == "histogram" ? HistogramSuffix().Replace(name, "") : name);
                Assert.True(reader.Samples.TryAdd(name + sample.Groups["labels"].Value, Number(sample.Groups["value"].Value)), $"{line} comes twice");
            }
        }

        reader.CheckHistograms();
        return reader;
    }

    public double this[string sample] => Samples.TryGetValue(sample, out var value) ? value : throw new KeyNotFoundException(
        $"{sample} is not among\n{string.Join('\n', Samples.Keys.Where(k => k.StartsWith(sample.Split('{')[0], StringComparison.Ordinal)))}");

    // Buckets grow, and the infinite one is the count.
    private void CheckHistograms()
    {
        foreach (var name in Families.Where(f => f.Value.Type == "histogram").Select(f => f.Key))
        {
            foreach (var series in Samples.Where(s => s.Key.StartsWith($"{name}_bucket{{", StringComparison.Ordinal)).GroupBy(s => Le().Replace(s.Key, "")))
            {
                var buckets = series.ToDictionary(s => Number(Le().Match(s.Key).Groups["le"].Value), s => s.Value);
                Assert.Equal(buckets.Keys.Order(), buckets.Keys);
                Assert.Equal(buckets.Values.Order(), buckets.Values);
                var labels = series.Key[$"{name}_bucket".Length..];
                Assert.Equal(buckets[double.PositiveInfinity], Samples[$"{name}_count{(labels == "{}" ? "" : labels)}"]);
            }
        }
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static string Unescape(string text) => new StringBuilder(text).Replace("\\n", "\n").Replace(@"\\", @"\").ToString();

    [GeneratedRegex(@"^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>([^\\]|\\\\|\\n)*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex HelpLine();

    [GeneratedRegex(@"^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram)$", RegexOptions.ExplicitCapture)]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{[a-zA-Z_][a-zA-Z0-9_]*="([^\\"]|\\\\|\\"|\\n)*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^\\"]|\\\\|\\"|\\n)*")*\})? (?<value>\S+)$""", RegexOptions.ExplicitCapture)]
    private static partial Regex SampleLine();

    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.ExplicitCapture)]
    private static partial Regex HistogramSuffix();

    [GeneratedRegex(",?le=\"(?<le>[^\"]*)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Le();
}
