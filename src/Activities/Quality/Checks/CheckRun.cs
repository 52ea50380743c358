using Dag.Activities.DuckDb;

namespace Dag.Activities.Quality;

/// <summary>Runs planned checks: one pass for all that looks at rows, one more for each key that must be unique. Blocks its thread.</summary>
internal static class CheckRun
{
    /// <summary>Measures all checks.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="relation">What stands behind FROM.</param>
    /// <param name="checks">The checks.</param>
    /// <param name="steps">Hears how far it is.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    /// <returns>How many rows there are, and what was measured of each check, in their order.</returns>
    public static (long Rows, IReadOnlyList<CheckMeasure> Measures) Measure(
        DuckDbConnection connection, string relation, IReadOnlyList<PlannedCheck> checks, StepProgress steps, CancellationToken cancellationToken)
    {
        foreach (var check in checks.OfType<UniqueCheck>())
        {
            check.Prepare(connection, relation, cancellationToken);
            steps.Next();
        }

        var aggregates = checks.SelectMany(c => c.Aggregates).Prepend("count(*)").ToList();
        using var result = connection.Query(
            $"SELECT {string.Join(", ", aggregates.Select((a, i) => $"{a} AS a{i}"))} FROM {relation} AS {PlannedCheck.Row}", null, cancellationToken);
        result.NextChunk();
        var values = new object?[aggregates.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = result.Vector(i).GetValue(0);
        }

        steps.Next();
        var (rows, position) = ((long)values[0]!, 1);
        var measures = new List<CheckMeasure>();
        foreach (var check in checks)
        {
            measures.Add(check.Measure(new ArraySegment<object?>(values, position, check.Aggregates.Count), rows));
            position += check.Aggregates.Count;
        }

        return (rows, measures);
    }
}
