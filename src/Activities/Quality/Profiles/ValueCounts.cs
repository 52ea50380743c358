using System.Globalization;
using Dag.Activities.DuckDb;

namespace Dag.Activities.Quality;

/// <summary>Counts how often each value of a column comes. Blocks its thread.</summary>
internal static class ValueCounts
{
    private const int MostCharacters = 100;
    private const int SampleRows = 100_000;

    // Of a sample that large, a value in a thousandth of the rows is 100 times in it, and hardly ever less than 20 times.
    private const int TimesInSample = 20;

    /// <summary>The exact number of distinct values, and the most frequent ones: of the same frequency those that sort first.</summary>
    public static (long Distinct, IReadOnlyList<ValueCount> Top) All(
        DuckDbConnection connection, string relation, string value, int most, CancellationToken cancellationToken)
    {
        using var result = connection.Query(
            $"WITH counts AS (SELECT {value} AS v, count(*) AS n FROM {relation} AS {PlannedCheck.Row} WHERE {value} IS NOT NULL GROUP BY 1) " +
            $"SELECT left(CAST(v AS VARCHAR), {MostCharacters}), n, (SELECT count(*) FROM counts) FROM counts ORDER BY n DESC, v LIMIT {most}",
            null,
            cancellationToken);
        var (distinct, top) = (0L, new List<ValueCount>());
        while (result.NextChunk())
        {
            for (var row = 0; row < result.RowCount; row++)
            {
                top.Add(new ValueCount(result.Vector(0).GetString(row)!, result.Vector(1).GetInt64(row)));
                distinct = result.Vector(2).GetInt64(row);
            }
        }

        return (distinct, top);
    }

    /// <summary>The values that are in many rows, found in a sample and then counted in all rows.</summary>
    public static IReadOnlyList<ValueCount> Frequent(
        DuckDbConnection connection, string relation, string value, int most, CancellationToken cancellationToken)
    {
        using var result = connection.Query(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            WITH sample AS MATERIALIZED (SELECT {value} AS v FROM {relation} AS {PlannedCheck.Row} USING SAMPLE reservoir({SampleRows} ROWS) REPEATABLE (42)),
              frequent AS MATERIALIZED (SELECT v FROM sample WHERE v IS NOT NULL GROUP BY v HAVING count(*) >= {TimesInSample} ORDER BY count(*) DESC, v LIMIT {2 * most})
            SELECT left(CAST({value} AS VARCHAR), {MostCharacters}), count(*) AS n FROM {relation} AS {PlannedCheck.Row}
            WHERE {value} IN (SELECT v FROM frequent) GROUP BY {value} ORDER BY n DESC, {value} LIMIT {most}
            """),
            null,
            cancellationToken);
        var top = new List<ValueCount>();
        while (result.NextChunk())
        {
            for (var row = 0; row < result.RowCount; row++)
            {
                top.Add(new ValueCount(result.Vector(0).GetString(row)!, result.Vector(1).GetInt64(row)));
            }
        }

        return top;
    }
}
