using Dag.Activities.Lake;

namespace Dag.Activities.Quality;

/// <summary>A check of a dataset as it was validated.</summary>
internal sealed record CheckRequest
{
    public required DatasetReference Dataset { get; init; }

    public required IReadOnlyList<Expectation> Expectations { get; init; }

    /// <summary>What is wrong with the list itself; told together with what does not suit the dataset.</summary>
    public required IReadOnlyList<string> Faults { get; init; }

    /// <summary>How many failing rows of each check are kept.</summary>
    public required int SampleRows { get; init; }

    /// <summary>How rows that fail are set aside; null when they are not.</summary>
    public required QuarantineRequest? Quarantine { get; init; }
}

/// <summary>How rows that fail are set aside.</summary>
/// <param name="Good">The dataset that gets the rows that are right.</param>
/// <param name="Rejected">The dataset that gets the others.</param>
/// <param name="Mode">What happens to the rows that both have already.</param>
/// <param name="MaxRejected">The share of rows that may be set aside.</param>
internal sealed record QuarantineRequest(string Good, string Rejected, WriteMode Mode, double MaxRejected);
