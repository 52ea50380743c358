using Dag.Activities.DuckDb;

namespace Dag.Activities.Lake;

/// <summary>Rows that SQL makes, as files of a version. Blocks its thread.</summary>
internal static class DatasetRows
{
    private const string RowsFile = "rows.parquet";

    /// <summary>The columns that a SELECT has.</summary>
    /// <exception cref="DuckDbException">The engine's own message.</exception>
    public static IReadOnlyList<DatasetColumn> Describe(DuckDbConnection connection, string select, CancellationToken cancellationToken)
    {
        using var result = connection.Query($"DESCRIBE {select}", null, cancellationToken);
        var columns = new List<DatasetColumn>();
        while (result.NextChunk())
        {
            for (var row = 0; row < result.RowCount; row++)
            {
                columns.Add(new DatasetColumn(result.Vector(0).GetString(row)!, result.Vector(1).GetString(row)!));
            }
        }

        return columns;
    }

    /// <summary>Writes the rows of a SELECT into the draft's folder, and describes them in the draft.</summary>
    /// <returns>How many rows there are.</returns>
    /// <exception cref="DuckDbException">The engine's own message.</exception>
    public static long Write(DuckDbConnection connection, string select, DatasetDraft draft, CancellationToken cancellationToken)
    {
        var path = Path.Combine(draft.Folder, RowsFile);
        var rows = connection.Execute($"COPY ({select}) TO {DuckDbSql.Literal(path)} (FORMAT parquet, COMPRESSION zstd)", cancellationToken);
        draft.Files = [(RowsFile, rows)];

        // As they are written: Parquet does not know all of the engine's types.
        draft.Columns = Describe(connection, $"SELECT * FROM read_parquet({DuckDbSql.FilePath(path)})", cancellationToken);
        return rows;
    }
}
