using System.Globalization;
using System.Text.Json.Serialization;

namespace Dag.Benchmarks;

/// <summary>One line: what was measured, beside what it is measured against.</summary>
internal sealed record Figure
{
    /// <summary>What was measured.</summary>
    public required string What { get; init; }

    /// <summary>Of what the figures are.</summary>
    public required string Unit { get; init; }

    /// <summary>The median of the repetitions.</summary>
    public required double Median { get; init; }

    public required double Min { get; init; }

    public required double Max { get; init; }

    /// <summary>What the median should be at the least; null when nothing is promised.</summary>
    public double? AtLeast { get; init; }

    /// <summary>What the median should be at the most; null when nothing is promised.</summary>
    public double? AtMost { get; init; }

    /// <summary>For scale: what others do, measured in the same minute or said where.</summary>
    public string? Yardstick { get; init; }

    /// <summary>Whether it keeps the promise; null when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Met => (AtLeast, AtMost) switch
    {
        ({ } least, _) => Median >= least,
        (_, { } most) => Median <= most,
        _ => null,
    };

    [JsonIgnore]
    public string Target => (AtLeast, AtMost) switch
    {
        ({ } least, _) => $">= {Text(least)}",
        (_, { } most) => $"<= {Text(most)}",
        _ => "",
    };

    /// <summary>A line of repeated measurements.</summary>
    public static Figure Of(string what, string unit, IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new Figure { What = what, Unit = unit, Median = sorted[sorted.Length / 2], Min = sorted[0], Max = sorted[^1] };
    }

    public static string Text(double value) =>
        value.ToString(Math.Abs(value) switch { >= 100 => "N0", >= 10 => "N1", _ => "N2" }, CultureInfo.InvariantCulture);
}
