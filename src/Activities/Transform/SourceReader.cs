using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Transform;

/// <summary>How the rows of one format become SQL. One instance serves one conversion.</summary>
internal abstract class SourceReader(ConversionRequest request)
{
    /// <summary>The temporary table of rejected rows: one row per line of a source.</summary>
    public const string RejectsTable = "dag_rejects";

    protected ConversionRequest Request { get; } = request;

    protected string Paths => DuckDbSql.FilePaths(Request.Files.Select(f => f.Path));

    public static SourceReader For(ConversionRequest request) => request.Format switch
    {
        SourceFormat.Csv or SourceFormat.Tsv => new CsvReader(request),
        SourceFormat.Json or SourceFormat.Jsonl => new JsonReader(request),
        _ => new ParquetReader(request),
    };

    /// <summary>The columns as they are found by looking; faults when the files do not agree.</summary>
    public abstract IReadOnlyList<DatasetColumn> Describe(DuckDbConnection connection, CancellationToken cancellationToken);

    /// <summary>A SELECT of these columns, in their order and with their types.</summary>
    public abstract string Select(IReadOnlyList<DatasetColumn> columns);

    /// <summary>
    /// Reads all of the sources, beside a copy and on the same cached bytes, for what the engine lets pass without a word.
    /// </summary>
    /// <returns>False when the copy may drop something of a value: <see cref="Distrust"/> it, and copy again.</returns>
    /// <exception cref="ActivityException">A source is damaged, or not text.</exception>
    public virtual bool Inspect(IReadOnlyList<DatasetColumn> columns, CancellationToken cancellationToken)
    {
        foreach (var file in Request.Files)
        {
            InspectText(file, cancellationToken);
        }

        return true;
    }

    /// <summary>After the sources could not be described: says what is wrong with their bytes, if anything is.</summary>
    /// <exception cref="ActivityException">A source is damaged, or not text.</exception>
    public void ExplainByBytes(CancellationToken cancellationToken)
    {
        try
        {
            Inspect([], cancellationToken);
        }
        catch (IOException)
        {
            // What the engine says of it stands.
        }
    }

    /// <summary>After an inspection that was in doubt: the next <see cref="Select"/> checks each value itself.</summary>
    public virtual void Distrust()
    {
    }

    /// <summary>After a copy failed: true when another <see cref="Select"/> can leave out the rows that it failed on.</summary>
    public virtual bool CanQuarantine(DuckDbException fault) => false;

    /// <summary>After a copy: fills <see cref="RejectsTable"/> with what was left out.</summary>
    public virtual void CollectRejects(
        DuckDbConnection connection, IReadOnlyList<DatasetColumn> columns, CancellationToken cancellationToken) =>
        CreateRejects(
            connection,
            RejectsSelect("CAST(NULL AS VARCHAR)", "CAST(NULL AS BIGINT)", "CAST(NULL AS VARCHAR)", "''", "''", "''") + " WHERE false",
            cancellationToken);

    protected void InspectText(SourceFile file, CancellationToken cancellationToken)
    {
        if (file.Gzip)
        {
            GzipCheck.Whole(file, cancellationToken);
        }
        else if (!Request.Dialect.Encoding.Equals("utf-16", StringComparison.OrdinalIgnoreCase))
        {
            SourceCheck.NoNul(file, cancellationToken);
        }
    }

    protected static string RejectsSelect(string file, string line, string column, string reason, string value, string text) =>
        $"SELECT {file} AS file, {line} AS line, {column} AS \"column\", {reason} AS reason, {value} AS value, {text} AS text";

    protected static void CreateRejects(DuckDbConnection connection, string select, CancellationToken cancellationToken) =>
        connection.Execute($"CREATE OR REPLACE TEMP TABLE {RejectsTable} AS {select}", cancellationToken);

    protected static string Name(DatasetColumn column) => DuckDbSql.Identifier(column.Name);

    protected static string TypeMap(IEnumerable<DatasetColumn> columns) =>
        $"{{{string.Join(", ", columns.Select(c => $"{DuckDbSql.Literal(c.Name)}: {DuckDbSql.Literal(c.Type)}"))}}}";

    /// <summary>The columns that a SELECT has.</summary>
    public static IReadOnlyList<DatasetColumn> DescribeSelect(
        DuckDbConnection connection, string select, CancellationToken cancellationToken)
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
}
