using System.Text.Json.Serialization;

namespace Dag.Activities.Quality;

/// <summary>What one check found.</summary>
internal sealed record CheckResult
{
    /// <summary>The expectation's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its kind, such as <c>between</c>.</summary>
    public required string Check { get; init; }

    /// <summary>What it means when it is not met.</summary>
    public required CheckSeverity Severity { get; init; }

    /// <summary>How it ended.</summary>
    public required CheckStatus Status { get; init; }

    /// <summary>What was expected, for people.</summary>
    public required string Expected { get; init; }

    /// <summary>What was found, for people.</summary>
    public required string Observed { get; init; }

    /// <summary>How many rows were looked at; null for a check that does not look at rows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Rows { get; init; }

    /// <summary>How many of them do not meet it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? FailingRows { get; init; }

    /// <summary>The share of them that meet it, 0 to 1; null when none was looked at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Share { get; init; }

    /// <summary>One line for people.</summary>
    public override string ToString() => $"{Name}: {Observed}, expected {Expected}";
}
