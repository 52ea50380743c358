using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Quality;

/// <summary>How checking a dataset version ended.</summary>
internal sealed record CheckOutcome
{
    public const string Passed = "Passed";
    public const string Warned = "Warned";
    public const string Failed = "Failed";

    public required DatasetVersion Version { get; init; }

    public required long Rows { get; init; }

    public required IReadOnlyList<CheckResult> Results { get; init; }

    public required IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string?>>> Samples { get; init; }

    /// <summary>What is wrong beyond the checks; null when nothing is.</summary>
    public required string? Complaint { get; init; }

    /// <summary>Whether rows are published.</summary>
    public required bool IsPublishing { get; init; }

    /// <summary>The version of the rows that are right; null when none was made.</summary>
    public DatasetReference? Good { get; init; }

    /// <summary>The version of the rows that were set aside; null when none was made.</summary>
    public DatasetReference? Rejected { get; init; }

    /// <summary>How many rows were set aside.</summary>
    public long RejectedRows { get; init; }

    /// <summary>Passed, Warned or Failed.</summary>
    public string Name => Complaint is not null || Results.Any(r => r.Status == CheckStatus.Failed) ? Failed
        : Results.Any(r => r.Status != CheckStatus.Passed) ? Warned
        : Passed;

    /// <summary>What is not met, a sentence; empty when everything is.</summary>
    public string Summary
    {
        get
        {
            var unmet = Results.Where(r => r.Status != CheckStatus.Passed).OrderByDescending(r => r.Status).Select(r => r.ToString());
            var text = string.Join(". ", Complaint is null ? unmet : unmet.Prepend(char.ToUpperInvariant(Complaint[0]) + Complaint[1..]));
            return text.Length == 0 ? "" : text + ".";
        }
    }

    /// <summary>As it is kept.</summary>
    public CheckReport ToReport(WorkContext context, DateTimeOffset now) => new()
    {
        Dataset = Version.ToReference(),
        Rows = Rows,
        Outcome = Name,
        Results = Results,
        Samples = Samples,
        Rejected = Rejected,
        RunId = context.RunId,
        ActivityId = context.ActivityId,
        CheckedAt = now,
        IdempotencyKey = context.IdempotencyKey,
    };
}
