using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Transform;

/// <summary>Converts the files of a request into one Parquet file. Blocks its thread.</summary>
internal static class Conversion
{
    private const string RowsFile = "rows.parquet";

    /// <summary>Fills the draft.</summary>
    /// <exception cref="ActivityException">What the user can mend.</exception>
    public static void Run(DuckDbConnection connection, ConversionRequest request, DatasetDraft draft, CancellationToken cancellationToken)
    {
        var reader = SourceReader.For(request);
        try
        {
            var columns = ColumnChecks.Plan(connection, request, reader.Describe(connection, cancellationToken));
            var rows = Copy(connection, request, reader, columns, draft.Folder, cancellationToken);
            reader.CollectRejects(connection, columns, cancellationToken);
            var rejected = Rejects.Count(connection, cancellationToken);
            if (rejected > 0 && rejected > request.MaxRejected * (rows + rejected))
            {
                throw Rejects.TooMany(connection, request, columns, rows, rejected);
            }

            if (rows == 0)
            {
                throw new ActivityException(
                    $"{request.Files[0].Path} has a header and no rows{(request.Files.Count > 1 ? ", like the files beside it" : "")}: " +
                    "nothing was published.")
                {
                    Retryable = false,
                };
            }

            if (rejected > 0)
            {
                Rejects.Write(connection, Path.Combine(draft.Folder, DatasetDraft.RejectsFile), cancellationToken);
            }

            draft.Files = [(RowsFile, rows)];

            // As they are written: Parquet does not know all of the engine's types.
            draft.Columns = SourceReader.DescribeSelect(
                connection, $"SELECT * FROM read_parquet({DuckDbSql.FilePath(Path.Combine(draft.Folder, RowsFile))})", cancellationToken);
            draft.RejectedRows = rejected;
        }
        catch (DuckDbException e)
        {
            throw ConversionFaults.Explain(e, request);
        }
    }

    private static long Copy(
        DuckDbConnection connection,
        ConversionRequest request,
        SourceReader reader,
        IReadOnlyList<DatasetColumn> columns,
        string folder,
        CancellationToken cancellationToken)
    {
        try
        {
            return CopyOnce();
        }
        catch (DuckDbException e) when (reader.CanQuarantine(e))
        {
            return CopyOnce();
        }

        long CopyOnce() => connection.Execute(
            $"COPY ({reader.Select(columns)}) TO {DuckDbSql.Literal(Path.Combine(folder, RowsFile))} " +
            $"(FORMAT parquet, COMPRESSION {request.Compression.ToString().ToLowerInvariant()})",
            cancellationToken);
    }
}
