using System.Text.Json.Serialization;

namespace Dag.Activities.Quality;

/// <summary>What a column holds, in figures.</summary>
internal sealed record ColumnProfile
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its type, such as <c>BIGINT</c>.</summary>
    public required string Type { get; init; }

    /// <summary>How many rows have no value.</summary>
    public required long Nulls { get; init; }

    /// <summary>How many different values it has; null for lists and objects, whose values are not compared.</summary>
    public long? Distinct { get; init; }

    /// <summary>Whether <see cref="Distinct"/> is exact; otherwise it may be some per cent off.</summary>
    public bool DistinctIsExact { get; init; }

    /// <summary>The least value as text, at most 100 characters; null when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Min { get; init; }

    /// <summary>The greatest value as text, at most 100 characters; null when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Max { get; init; }

    /// <summary>The most frequent values, the most frequent first.</summary>
    public IReadOnlyList<ValueCount> Top { get; init; } = [];

    /// <summary>Whether <see cref="Top"/> is surely that; otherwise a value that is in less than a thousandth of the rows may be missing.</summary>
    public bool TopIsComplete { get; init; }

    /// <summary>For numbers and times; null for others, and when there is no finite value.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NumberProfile? Numbers { get; init; }

    /// <summary>For texts; null for others, and when there is no value.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LengthProfile? Lengths { get; init; }
}

/// <summary>A value and how often it comes.</summary>
/// <param name="Value">The value as text, at most 100 characters.</param>
/// <param name="Count">In how many rows.</param>
internal sealed record ValueCount(string Value, long Count);

/// <summary>How long texts are, in characters.</summary>
/// <param name="Min">The shortest.</param>
/// <param name="Mean">The mean.</param>
/// <param name="Max">The longest.</param>
/// <param name="Empty">How many are empty.</param>
internal sealed record LengthProfile(long Min, double Mean, long Max, long Empty);
