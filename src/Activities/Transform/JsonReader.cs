using System.Globalization;
using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Transform;

/// <summary>
/// Reads JSON. First strictly and fast; when a line of a JSONL file is malformed or does not fit, once more line by line, leaving such
/// lines out (the engine itself would put NULL in their place without a word).
/// </summary>
internal sealed class JsonReader(ConversionRequest request) : SourceReader(request)
{
    // Small enough to look at every object: a key that first comes late would be lost otherwise.
    private const long SampleAllBytes = 64 << 20;
    private const int MaxObjectBytes = 16 << 20;
    private DuckDbException? _complaint;

    private bool LineByLine => _complaint is not null;

    private string Format => Request.Format == SourceFormat.Jsonl
        ? $"format = 'newline_delimited', maximum_object_size = {MaxObjectBytes}"
        : $"format = 'auto', maximum_object_size = {MaxObjectBytes}";

    public override IReadOnlyList<DatasetColumn> Describe(DuckDbConnection connection, CancellationToken cancellationToken)
    {
        var sample = Request.Bytes <= SampleAllBytes && !Request.Files[0].Gzip ? -1 : Request.SampleRows;
        var leaveOut = Request.Format == SourceFormat.Jsonl ? ", ignore_errors = true" : "";
        var size = sample.ToString(CultureInfo.InvariantCulture);
        var options = $"sample_size = {size}, maximum_sample_files = 1000000, union_by_name = true";
        var columns = DescribeSelect(
            connection, $"SELECT * FROM read_json({Paths}, {Format}, {options}{leaveOut})", cancellationToken);
        if (columns is [{ Name: "json" }] && Request.Format == SourceFormat.Jsonl)
        {
            columns = DescribeObjects(connection, cancellationToken);
        }

        return columns is [] or [{ Name: "json" }]
            ? throw new ActivityException($"{Request.Files[0].Path} holds no JSON objects: a row is an object, such as {{\"delay\": 5}}.")
            {
                Retryable = false,
            }
            : [.. columns.Select(c => c.Type == "JSON" ? c with { Type = "VARCHAR" } : c)];
    }

    public override string Select(IReadOnlyList<DatasetColumn> columns)
    {
        if (LineByLine)
        {
            var parsed = columns.Select(c => $"{(Checked(c) ? $"TRY_CAST(row.{Name(c)} AS {c.Type})" : $"row.{Name(c)}")} AS {Name(c)}");
            return $"SELECT {string.Join(", ", parsed)} FROM ({Parsed(columns)}) WHERE {Fault(columns)} IS NULL";
        }

        var strict = columns.Select(c => Checked(c) ? $"{LosslessCast.Strict(c, Name(c))} AS {Name(c)}" : Name(c));
        var types = TypeMap(LosslessCast.AsRead(columns, LosslessCast.NoTypes));
        return $"SELECT {string.Join(", ", strict)} FROM read_json({Paths}, {Format}, columns = {types})";
    }

    public override bool CanQuarantine(DuckDbException fault)
    {
        if (LineByLine || Request.Format != SourceFormat.Jsonl
            || fault.Kind is not (DuckDbErrorKind.InvalidInput or DuckDbErrorKind.Conversion))
        {
            return false;
        }

        _complaint = fault;
        return true;
    }

    public override void CollectRejects(
        DuckDbConnection connection, IReadOnlyList<DatasetColumn> columns, CancellationToken cancellationToken)
    {
        if (_complaint is null)
        {
            base.CollectRejects(connection, columns, cancellationToken);
            return;
        }

        var column = Case(columns, c => DuckDbSql.Literal(c.Name));
        var value = Case(columns, c => $"json_extract_string(valid, {Pointer(c)})");
        var select = RejectsSelect("file", "line", column, Fault(columns), value, "text");
        CreateRejects(connection, $"{select} FROM ({Parsed(columns)}) WHERE {Fault(columns)} IS NOT NULL", cancellationToken);
        if (Rejects.Count(connection, cancellationToken) == 0)
        {
            // Every line fits by itself, and yet the engine complained, of a doubled key or a value inside a structure: that stands.
            throw _complaint;
        }
    }

    private static bool Checked(DatasetColumn column) => LosslessCast.Applies(column, LosslessCast.NoTypes);

    // Some line is no object, and so the engine sees no columns: those of the lines that are.
    private IReadOnlyList<DatasetColumn> DescribeObjects(DuckDbConnection connection, CancellationToken cancellationToken)
    {
        var select = $"SELECT CAST(json_group_structure(valid) AS VARCHAR) FROM ({Parsed([])}) WHERE valid IS NOT NULL";
        var structure = connection.Scalar(select, null, cancellationToken) as string;
        return structure is null || structure.Length <= 2
            ? []
            : [.. DescribeSelect(
                connection, $"SELECT row.* FROM (SELECT json_transform('{{}}', {DuckDbSql.Literal(structure)}) AS row)", cancellationToken)
                .Select(c => c.Type == "UBIGINT" ? c with { Type = "BIGINT" } : c)];
    }

    // Each line with its number, as text, as JSON if it is an object, and as a row. One thread, so that numbers are right.
    private string Parsed(IReadOnlyList<DatasetColumn> columns)
    {
        var files = Request.Files.Select(f =>
            $"SELECT {DuckDbSql.Literal(f.Path)} AS file, row_number() OVER () AS line, text FROM read_csv({DuckDbSql.FilePath(f.Path)}, " +
            $"columns = {{'text': 'VARCHAR'}}, delim = '\u0001', quote = '', escape = '', header = false, auto_detect = false, " +
            $"parallel = false, max_line_size = {MaxObjectBytes})");
        var structure = LosslessCast.AsRead(columns, LosslessCast.NoTypes).Select(c => $"{DuckDbSql.Literal(c.Name)}, {DuckDbSql.Literal(c.Type)}");
        var row = columns.Count == 0 ? "NULL" : $"json_transform(valid, json_object({string.Join(", ", structure)}))";
        return $"SELECT file, line, text, valid, {row} AS row FROM (" +
            "SELECT file, line, text, CASE WHEN json_valid(text) AND json_type(CASE WHEN json_valid(text) THEN text END) = 'OBJECT' " +
            $"THEN CAST(text AS JSON) END AS valid FROM ({string.Join(" UNION ALL ", files)}) WHERE text IS NOT NULL)";
    }

    // Why the line cannot be a row; NULL when it can.
    private static string Fault(IReadOnlyList<DatasetColumn> columns) =>
        "CASE WHEN NOT json_valid(text) THEN 'This is not valid JSON' WHEN valid IS NULL THEN 'This is not a JSON object' ELSE " +
        Case(columns, c => DuckDbSql.Literal($"The value does not convert to {c.Type}")) + " END";

    private static string Case(IReadOnlyList<DatasetColumn> columns, Func<DatasetColumn, string> then) =>
        $"CASE {string.Join(' ', columns.Select(c => $"WHEN {Unfit(c)} THEN {then(c)}"))} ELSE NULL END";

    private static string Unfit(DatasetColumn column) => Checked(column)
        ? LosslessCast.Unfit(column, $"row.{Name(column)}")
        : $"row.{Name(column)} IS NULL AND coalesce(json_type(valid, {Pointer(column)}), 'NULL') <> 'NULL'";

    private static string Pointer(DatasetColumn column) => DuckDbSql.Literal("/" + column.Name.Replace("~", "~0").Replace("/", "~1"));
}
