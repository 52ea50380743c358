namespace Dag.Activities.Quality;

/// <summary>What was measured of one expectation.</summary>
/// <param name="Met">Whether it is met.</param>
/// <param name="Observed">What was found, for people.</param>
internal sealed record CheckMeasure(bool Met, string Observed)
{
    /// <summary>How many rows were looked at; null for a check that does not look at rows.</summary>
    public long? Rows { get; init; }

    /// <summary>How many of them do not meet it.</summary>
    public long? FailingRows { get; init; }

    /// <summary>The share of them that meet it; null when none was looked at.</summary>
    public double? Share => Rows is > 0 ? (double)(Rows.Value - FailingRows!.Value) / Rows.Value : null;
}
