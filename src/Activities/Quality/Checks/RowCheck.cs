namespace Dag.Activities.Quality;

/// <summary>A check of each row by itself.</summary>
/// <param name="expectation">The expectation.</param>
/// <param name="expected">What is expected, for people.</param>
/// <param name="counted">The aggregate that counts the rows that are looked at; null for all.</param>
/// <param name="failing">True for those that do not meet it; must be false, not NULL, for all others.</param>
internal sealed class RowCheck(Expectation expectation, string expected, string? counted, string failing) : PlannedCheck(expectation, expected)
{
    public override IReadOnlyList<string> Aggregates { get; } =
        [counted ?? "count(*)", CountOf(failing)];

    public override string Failing => failing;

    public override CheckMeasure Measure(IReadOnlyList<object?> values, long rows) => ByShare((long)values[0]!, (long)values[1]!);
}
