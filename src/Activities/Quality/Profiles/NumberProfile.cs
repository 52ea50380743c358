using System.Text.Json.Serialization;

namespace Dag.Activities.Quality;

/// <summary>Numbers, and times as seconds since 1970 in UTC. What is infinite or no number (NaN) is counted, and left out of the rest.</summary>
internal sealed record NumberProfile
{
    /// <summary>The least.</summary>
    public required double Min { get; init; }

    /// <summary>The greatest.</summary>
    public required double Max { get; init; }

    /// <summary>The mean; null when it is beyond what a double holds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Mean { get; init; }

    /// <summary>The standard deviation of the sample (n - 1, as pandas); null for a single value, and beyond what a double holds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Std { get; init; }

    /// <summary>How many are zero.</summary>
    public required long Zeros { get; init; }

    /// <summary>How many are below zero.</summary>
    public required long Negatives { get; init; }

    /// <summary>How many are infinite or no number.</summary>
    public required long NotFinite { get; init; }

    /// <summary>The quantiles of <see cref="QuantileShares"/>, between two values linear, as numpy's.</summary>
    public required IReadOnlyList<double> Quantiles { get; init; }

    /// <summary>Whether they are exact; otherwise they come of a t-digest.</summary>
    public required bool QuantilesAreExact { get; init; }

    /// <summary>How many values lie in each of as many bins of the same width, from <see cref="Min"/> to <see cref="Max"/> (which is in the last).</summary>
    public required IReadOnlyList<long> Histogram { get; init; }

    /// <summary>The shares that <see cref="Quantiles"/> are of.</summary>
    public static IReadOnlyList<double> QuantileShares { get; } = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
}
