namespace Dag.Activities.Lake;

/// <summary>A dataset in a list: its latest version in figures.</summary>
/// <param name="Dataset">Its name.</param>
/// <param name="LatestVersion">The number of its latest version.</param>
/// <param name="Versions">How many versions it has.</param>
/// <param name="Rows">Rows of the latest version.</param>
/// <param name="Bytes">Bytes of the latest version.</param>
/// <param name="UpdatedAt">When the latest version was published.</param>
public sealed record DatasetSummary(string Dataset, int LatestVersion, int Versions, long Rows, long Bytes, DateTimeOffset UpdatedAt);
