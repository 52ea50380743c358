using Dag.Activities.DuckDb;

namespace Dag.Activities.Quality;

/// <summary>
/// A check that suits its dataset, in SQL. What it needs of the rows are aggregates, which one query computes for all checks.
/// </summary>
internal abstract class PlannedCheck(Expectation expectation, string expected)
{
    /// <summary>What SQL calls the row that is looked at.</summary>
    public const string Row = "dag_row";

    public Expectation Expectation { get; } = expectation;

    /// <summary>What is expected, for people.</summary>
    public string Expected { get; } = expected;

    /// <summary>The columns that it looks at: samples show them first.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The aggregates that it needs.</summary>
    public virtual IReadOnlyList<string> Aggregates => [];

    /// <summary>A condition that is true for the rows that do not meet the expectation and false for all others; null for a check of the whole.</summary>
    public virtual string? Failing => null;

    /// <summary>What it needs before the aggregates: a pass of its own.</summary>
    public virtual void Prepare(DuckDbConnection connection, string relation, CancellationToken cancellationToken)
    {
    }

    /// <summary>Decides.</summary>
    /// <param name="values">The values of the aggregates.</param>
    /// <param name="rows">How many rows the dataset has.</param>
    public abstract CheckMeasure Measure(IReadOnlyList<object?> values, long rows);

    /// <summary>How many rows meet a condition; of no rows the engine's own function gives NULL.</summary>
    protected static string CountOf(string condition) => $"coalesce(count_if({condition}), 0)";

    /// <summary>Decides by the rows that fail among those looked at.</summary>
    protected CheckMeasure ByShare(long looked, long failing) =>
        new(looked == 0 || (double)(looked - failing) / looked >= Expectation.Mostly, CheckText.Failing(failing, looked))
        {
            Rows = looked,
            FailingRows = failing,
        };
}
