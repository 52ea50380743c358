using Dag.Activities.Lake;

namespace Dag.Activities.Quality;

/// <summary>What checking a dataset version found, as it is kept.</summary>
internal sealed record CheckReport
{
    /// <summary>The version that was checked.</summary>
    public required DatasetReference Dataset { get; init; }

    /// <summary>How many rows it has.</summary>
    public required long Rows { get; init; }

    /// <summary>Passed, Warned or Failed.</summary>
    public required string Outcome { get; init; }

    /// <summary>What each check found, in the order of the expectations.</summary>
    public required IReadOnlyList<CheckResult> Results { get; init; }

    /// <summary>Rows that failed, by the name of the check.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string?>>> Samples { get; init; } =
        new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string?>>>();

    /// <summary>The version that holds the rows that were set aside; null when there is none.</summary>
    public DatasetReference? Rejected { get; init; }

    /// <summary>The run that checked it.</summary>
    public required string RunId { get; init; }

    /// <summary>The activity that checked it.</summary>
    public required string ActivityId { get; init; }

    /// <summary>When it was checked.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>Storing again under the same key replaces the report.</summary>
    public required string IdempotencyKey { get; init; }
}
