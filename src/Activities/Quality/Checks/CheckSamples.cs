using Dag.Activities.DuckDb;

namespace Dag.Activities.Quality;

/// <summary>Fetches rows that fail: the first ones in the order of the dataset, so that the same dataset gives the same sample.</summary>
internal static class CheckSamples
{
    private const int MostColumns = 50;
    private const int MostCharacters = 200;
    private static readonly HashSet<string> PlaceNames = new(StringComparer.OrdinalIgnoreCase) { "file_index", "file_row_number" };

    /// <summary>Rows as texts by column; the columns that the check looks at come first. At most 50 columns, and 200 characters of a value.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="files">The Parquet files of the dataset, in order.</param>
    /// <param name="columns">The columns of the dataset.</param>
    /// <param name="check">A check of rows.</param>
    /// <param name="most">How many rows.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    public static IReadOnlyList<IReadOnlyDictionary<string, string?>> Take(
        DuckDbConnection connection, IReadOnlyList<string> files, IReadOnlyList<string> columns, PlannedCheck check, int most,
        CancellationToken cancellationToken)
    {
        var shown = check.Columns.Concat(columns.Except(check.Columns)).Take(MostColumns).ToList();
        var select = string.Join(
            ", ", shown.Select(c => $"left(CAST({DuckDbSql.Identifier(c)} AS VARCHAR), {MostCharacters}) AS {DuckDbSql.Identifier(c)}"));
        if (columns.Any(PlaceNames.Contains))
        {
            // Columns of these names hide the engine's own: without them the order is not known.
            return Read($"SELECT {select} FROM read_parquet({DuckDbSql.FilePaths(files)}) AS {PlannedCheck.Row} WHERE {check.Failing} LIMIT {most}");
        }

        return
        [
            .. Places(connection, files, check, most, cancellationToken).SelectMany(place => Read(
                $"SELECT {select} FROM read_parquet({DuckDbSql.FilePath(files[place.Key])}) " +
                $"WHERE file_row_number IN ({string.Join(", ", place.Value)}) ORDER BY file_row_number")),
        ];

        List<IReadOnlyDictionary<string, string?>> Read(string sql)
        {
            using var result = connection.Query(sql, null, cancellationToken);
            var rows = new List<IReadOnlyDictionary<string, string?>>();
            while (result.NextChunk())
            {
                for (var row = 0; row < result.RowCount; row++)
                {
                    rows.Add(Enumerable.Range(0, shown.Count).ToDictionary(i => shown[i], i => result.Vector(i).GetString(row)));
                }
            }

            return rows;
        }
    }

    // Where the rows are, found by the check's own columns; only then are the others read, and only there.
    private static SortedDictionary<int, List<long>> Places(
        DuckDbConnection connection, IReadOnlyList<string> files, PlannedCheck check, int most, CancellationToken cancellationToken)
    {
        var places = new SortedDictionary<int, List<long>>();
        using var result = connection.Query(
            $"SELECT {PlannedCheck.Row}.file_index::BIGINT, {PlannedCheck.Row}.file_row_number FROM read_parquet({DuckDbSql.FilePaths(files)}) AS {PlannedCheck.Row} " +
            $"WHERE {check.Failing} ORDER BY 1, 2 LIMIT {most}",
            null,
            cancellationToken);
        while (result.NextChunk())
        {
            for (var row = 0; row < result.RowCount; row++)
            {
                var file = (int)result.Vector(0).GetInt64(row);
                if (!places.TryGetValue(file, out var rows))
                {
                    places[file] = rows = [];
                }

                rows.Add(result.Vector(1).GetInt64(row));
            }
        }

        return places;
    }
}
