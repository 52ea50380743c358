using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Transform;

/// <summary>Converts the files of a request into one Parquet file. Blocks its thread.</summary>
internal static class Conversion
{
    /// <summary>The file in the draft's folder that the rows are written into.</summary>
    public const string RowsFile = "rows.parquet";

    /// <summary>Fills the draft.</summary>
    /// <exception cref="ActivityException">What the user can mend.</exception>
    public static void Run(DuckDbConnection connection, ConversionRequest request, DatasetDraft draft, CancellationToken cancellationToken)
    {
        var reader = SourceReader.For(request);
        try
        {
            var columns = ColumnChecks.Plan(connection, request, Describe(connection, reader, cancellationToken));
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

    private static IReadOnlyList<DatasetColumn> Describe(DuckDbConnection connection, SourceReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return reader.Describe(connection, cancellationToken);
        }
        catch (Exception e) when (e is DuckDbException or ActivityException or IOException or InvalidDataException)
        {
            reader.ExplainByBytes(cancellationToken);
            if (e is IOException or InvalidDataException)
            {
                throw new ActivityException($"A source cannot be read: {e.Message}", e);
            }

            throw;
        }
    }

    // Until there is a way in which nothing is lost, and what does not fit is left out.
    private static long Copy(
        DuckDbConnection connection,
        ConversionRequest request,
        SourceReader reader,
        IReadOnlyList<DatasetColumn> columns,
        string folder,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            var sql = $"COPY ({reader.Select(columns)}) TO {DuckDbSql.Literal(Path.Combine(folder, RowsFile))} " +
                $"(FORMAT parquet, COMPRESSION {request.Compression.ToString().ToLowerInvariant()})";
            try
            {
                if (CopyInspected(connection, sql, token => reader.Inspect(columns, token), cancellationToken) is { } rows)
                {
                    return rows;
                }

                reader.Distrust();
            }
            catch (DuckDbException e) when (reader.CanQuarantine(e))
            {
                // Once more, in the other way.
            }
        }
    }

    // The verdict of the inspection comes first: what it finds explains what the engine complains about. Null: something may be lost.
    private static long? CopyInspected(
        DuckDbConnection connection, string sql, Func<CancellationToken, bool> inspect, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var inspecting = Task.Run(
            () =>
            {
                var fine = false;
                try
                {
                    return fine = inspect(stop.Token);
                }
                catch (IOException e)
                {
                    throw new ActivityException($"A source cannot be read: {e.Message}", e);
                }
                finally
                {
                    if (!fine)
                    {
                        stop.Cancel();
                    }
                }
            },
            CancellationToken.None);
        try
        {
            var rows = connection.Execute(sql, stop.Token);
            return inspecting.GetAwaiter().GetResult() ? rows : null;
        }
        catch (Exception e) when (e is DuckDbException or OperationCanceledException)
        {
            if (!inspecting.GetAwaiter().GetResult())
            {
                return null;
            }

            throw;
        }
    }
}
