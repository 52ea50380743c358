using Dag.Activities.Lake;

namespace Dag.Activities.Quality;

/// <summary>What a dataset version holds, in figures. It is kept with the version, so that versions can be compared by it.</summary>
internal sealed record DatasetProfile
{
    /// <summary>The version.</summary>
    public required DatasetReference Dataset { get; init; }

    /// <summary>How many rows it has.</summary>
    public required long Rows { get; init; }

    /// <summary>Its columns, in order.</summary>
    public required IReadOnlyList<ColumnProfile> Columns { get; init; }

    /// <summary>What it was made with.</summary>
    public required ProfileSettings Settings { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset ProfiledAt { get; init; }

    /// <summary>The run that made it.</summary>
    public required string RunId { get; init; }
}

/// <summary>What a profile is made with.</summary>
/// <param name="Bins">Bins of each histogram.</param>
/// <param name="TopValues">How many of the most frequent values are kept.</param>
/// <param name="DistinctLimit">Up to how many distinct values they are counted exactly.</param>
internal sealed record ProfileSettings(int Bins, int TopValues, int DistinctLimit);
