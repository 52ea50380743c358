namespace Dag.Activities.Quality;

/// <summary>A check of the dataset as a whole.</summary>
/// <param name="expectation">The expectation.</param>
/// <param name="expected">What is expected, for people.</param>
/// <param name="aggregates">The aggregates that it needs.</param>
/// <param name="measure">Decides, by the values of the aggregates and how many rows there are.</param>
internal sealed class TableCheck(
    Expectation expectation, string expected, IReadOnlyList<string> aggregates, Func<IReadOnlyList<object?>, long, CheckMeasure> measure)
    : PlannedCheck(expectation, expected)
{
    public override IReadOnlyList<string> Aggregates => aggregates;

    public override CheckMeasure Measure(IReadOnlyList<object?> values, long rows) => measure(values, rows);
}
