using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Quality;

/// <summary>
/// Makes the profile of a dataset version: one pass over all columns, after which the columns of few distinct values are counted exactly, each
/// by itself. The ends of histograms come from the statistics of the files.
/// </summary>
internal sealed class DatasetProfiler(DataLake lake, DuckDbEngine engine, DatasetProfiles profiles, TimeProvider clock)
{
    /// <summary>Up to how many values, of all columns, quantiles are exact: the engine keeps the values in memory for them.</summary>
    public const long MostValuesForExactQuantiles = 10_000_000;

    // So many columns in one pass: more make a statement that takes longer to plan than to run.
    private const int ColumnsPerPass = 100;

    /// <summary>Makes it, or gives the one that the version has, when it was made with the same settings.</summary>
    /// <exception cref="ActivityException">The dataset does not exist, or cannot be read.</exception>
    public async Task<DatasetProfile> ProfileAsync(
        DatasetReference dataset, ProfileSettings settings, WorkContext context, CancellationToken cancellationToken)
    {
        var version = await lake.GetAsync(dataset, cancellationToken);
        if (await profiles.FindAsync(version.Dataset, version.Version, cancellationToken) is { } earlier && earlier.Settings == settings)
        {
            return earlier;
        }

        using var connection = engine.Open(new DuckDbSettings { PreserveInsertionOrder = false, AllowedFolders = [lake.FolderOf(version)] });
        var passes = (version.Columns.Count + ColumnsPerPass - 1) / ColumnsPerPass;
        var steps = new StepProgress(
            (2 * passes) + version.Columns.Count, context.Report, $"profiling {version.ToReference()}, {CheckText.Count(version.Rows)} rows");
        try
        {
            var columns = await connection.RunAsync((c, token) => Columns(c, version, settings, steps, token), steps.Report, cancellationToken);
            var profile = new DatasetProfile
            {
                Dataset = version.ToReference(),
                Rows = version.Rows,
                Columns = columns,
                Settings = settings,
                ProfiledAt = clock.GetUtcNow(),
                RunId = context.RunId,
            };
            await profiles.SaveAsync(profile, cancellationToken);
            return profile;
        }
        catch (DuckDbException e)
        {
            throw new ActivityException($"{version.ToReference()} cannot be profiled: {e.Message.Split("\n\n")[0].ReplaceLineEndings(" ")}", e)
            {
                Retryable = e.Kind is DuckDbErrorKind.IO or DuckDbErrorKind.OutOfMemory,
            };
        }
    }

    private List<ColumnProfile> Columns(
        DuckDbConnection connection, DatasetVersion version, ProfileSettings settings, StepProgress steps, CancellationToken cancellationToken)
    {
        var relation = lake.RelationOf(version);
        var exact = version.Rows * version.Columns.Count(c => ValueKinds.Of(c) is ValueKind.Number or ValueKind.Time) <= MostValuesForExactQuantiles;
        var profiles = new List<ColumnProfile>();
        foreach (var part in version.Columns.Chunk(ColumnsPerPass))
        {
            var columns = part.Select(c => new ColumnAggregates(c, settings, exact)).ToList();
            FindBounds(connection, relation, columns, cancellationToken);
            steps.Next();
            var values = Row(connection, relation, columns.SelectMany(c => c.Sql()), cancellationToken);
            steps.Next();
            foreach (var column in columns)
            {
                profiles.Add(Counted(connection, relation, column, column.Read(version.Rows, values), settings, cancellationToken));
                steps.Next();
            }
        }

        return profiles;
    }

    private static void FindBounds(
        DuckDbConnection connection, string relation, IReadOnlyList<ColumnAggregates> columns, CancellationToken cancellationToken)
    {
        var numeric = columns.Where(c => c.IsNumeric).ToList();
        if (numeric.Count > 0)
        {
            var bounds = Row(connection, relation, numeric.SelectMany(c => c.BoundSql), cancellationToken);
            numeric.ForEach(c => c.SetBounds(bounds.Dequeue(), bounds.Dequeue()));
        }
    }

    private static ColumnProfile Counted(
        DuckDbConnection connection, string relation, ColumnAggregates column, ColumnProfile profile, ProfileSettings settings,
        CancellationToken cancellationToken)
    {
        if (profile.Distinct is not { } distinct)
        {
            return profile;
        }

        // The estimate may be some per cent off: near the limit it decides, not the truth.
        if (distinct > settings.DistinctLimit)
        {
            return profile with { Top = ValueCounts.Frequent(connection, relation, column.Value, settings.TopValues, cancellationToken) };
        }

        var (counted, top) = ValueCounts.All(connection, relation, column.Value, settings.TopValues, cancellationToken);
        return profile with { Distinct = counted, DistinctIsExact = true, Top = top, TopIsComplete = true };
    }

    private static Queue<object?> Row(DuckDbConnection connection, string relation, IEnumerable<string> aggregates, CancellationToken cancellationToken)
    {
        using var result = connection.Query(
            $"SELECT {string.Join(", ", aggregates.Select((a, i) => $"{a} AS a{i}"))} FROM {relation} AS {PlannedCheck.Row}", null, cancellationToken);
        result.NextChunk();
        return new Queue<object?>(Enumerable.Range(0, result.Columns.Count).Select(i => result.Vector(i).GetValue(0)));
    }
}
