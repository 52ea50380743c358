using Dag.Activities.DuckDb;

namespace Dag.Activities.Quality;

/// <summary>
/// A check that no two rows have the same key. The keys that come more than once are collected in a table of their own, which spills when
/// it is large; a row fails when its key is in it.
/// </summary>
/// <param name="expectation">The expectation.</param>
/// <param name="expected">What is expected, for people.</param>
/// <param name="keys">The columns of the key, as SQL.</param>
/// <param name="number">Makes the table's name its own.</param>
internal sealed class UniqueCheck(Expectation expectation, string expected, IReadOnlyList<string> keys, int number) : PlannedCheck(expectation, expected)
{
    private readonly string _table = $"dag_duplicates_{number}";

    // As Great Expectations: a row without any key is not looked at, one without a part of it is.
    private string Counted => $"({string.Join(" OR ", keys.Select(k => $"{k} IS NOT NULL"))})";

    public override IReadOnlyList<string> Aggregates => [CountOf(Counted), $"(SELECT coalesce(sum(dag_rows), 0)::BIGINT FROM {_table})"];

    public override string Failing =>
        $"EXISTS (SELECT 1 FROM {_table} d WHERE {string.Join(" AND ", keys.Select((k, i) => $"d.k{i} IS NOT DISTINCT FROM {k}"))})";

    public override void Prepare(DuckDbConnection connection, string relation, CancellationToken cancellationToken) => connection.Execute(
        $"CREATE TEMP TABLE {_table} AS SELECT {string.Join(", ", keys.Select((k, i) => $"{k} AS k{i}"))}, count(*) AS dag_rows " +
        $"FROM {relation} AS {Row} WHERE {Counted} GROUP BY {string.Join(", ", keys)} HAVING count(*) > 1",
        cancellationToken);

    public override CheckMeasure Measure(IReadOnlyList<object?> values, long rows) => ByShare((long)values[0]!, (long)values[1]!);
}
