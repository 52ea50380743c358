using System.Globalization;
using System.Text.Json;
using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Transform;

/// <summary>
/// Reads CSV and TSV. The engine leaves ragged lines out and lists them. What does not convert stops the fast way; then the exact way is
/// gone, which leaves such rows out as well.
/// </summary>
internal sealed class CsvReader(ConversionRequest request) : SourceReader(request)
{
    private static readonly RejectTables Fast = new("dag_errors", "dag_scans");
    private static readonly RejectTables Exact = new("dag_exact_errors", "dag_exact_scans");
    private static readonly RejectTables Typed = new("dag_typed_errors", "dag_typed_scans");
    private bool _isoDates = true;
    private bool _exact;

    // With a format of dates the engine's reader is strict itself.
    private bool CheckDates => Request.Dialect.DateFormat.Length == 0 && _isoDates;

    private RejectTables Tables => _exact ? Exact : Fast;

    public override IReadOnlyList<DatasetColumn> Describe(DuckDbConnection connection, CancellationToken cancellationToken)
    {
        // The engine drops columns that only later files have: each file is looked at, and must have the same.
        var first = Sniff(connection, Request.Files[0], cancellationToken);
        foreach (var file in Request.Files.Skip(1))
        {
            ColumnChecks.SameNames(Request.Files[0], first, file, Sniff(connection, file, cancellationToken));
        }

        return Request.Files.Count == 1
            ? first
            : DescribeSelect(connection, $"SELECT * FROM read_csv({Paths}, {Options([])}, ignore_errors = true)", cancellationToken);
    }

    public override string Select(IReadOnlyList<DatasetColumn> columns)
    {
        var read = $"read_csv({Paths}, {Options(LosslessCast.AsRead(columns, CheckDates))}, {Tables.Option})";
        if (!_exact)
        {
            var strict = columns.Select(c => Checked(c) ? $"{LosslessCast.Strict(c, Name(c))} AS {Name(c)}" : Name(c));
            return $"SELECT {string.Join(", ", strict)} FROM {read}";
        }

        var cast = columns.Select(c => Checked(c) ? $"TRY_CAST({Name(c)} AS {c.Type}) AS {Name(c)}" : Name(c));
        var unfit = columns.Where(Checked).Select(c => LosslessCast.Unfit(c, Name(c))).DefaultIfEmpty("false");
        return $"SELECT {string.Join(", ", cast)} FROM {read} WHERE NOT ({string.Join(" OR ", unfit)})";
    }

    public override bool CanQuarantine(DuckDbException fault)
    {
        var can = !_exact
            && (fault.Kind == DuckDbErrorKind.Conversion || fault.Message.Contains(LosslessCast.Marker, StringComparison.Ordinal));
        _exact |= can;
        return can;
    }

    public override void CollectRejects(
        DuckDbConnection connection, IReadOnlyList<DatasetColumn> columns, CancellationToken cancellationToken)
    {
        CreateRejects(connection, Tables.Select, cancellationToken);
        if (!_exact)
        {
            return;
        }

        // The engine's own casts know the lines of what does not convert at all; what would lose something is counted up to.
        var casts = string.Join(", ", columns.Select(c => $"count({Name(c)})"));
        connection.Execute($"SELECT {casts} FROM read_csv({Paths}, {Options(columns)}, {Typed.Option})", cancellationToken);
        connection.Execute($"CREATE OR REPLACE TEMP TABLE dag_ragged AS SELECT file, line FROM {RejectsTable}", cancellationToken);
        CreateRejects(connection, Typed.Select, cancellationToken);
        foreach (var file in columns.Any(Checked) ? Request.Files : [])
        {
            connection.Execute($"INSERT INTO {RejectsTable} {LossyOf(file, columns)}", cancellationToken);
        }
    }

    // The line of the n-th row: the lines before the data, n, and the ragged lines before it. Blank lines and line ends within quotes are
    // not seen, so that a file with those gets a line that is somewhat too low.
    private string LossyOf(SourceFile file, IReadOnlyList<DatasetColumn> columns)
    {
        var before = Request.Dialect.SkipLines + (Request.Dialect.Header == HeaderMode.No ? 0 : 1);
        var path = DuckDbSql.Literal(file.Path);
        var options = Options(LosslessCast.AsRead(columns, CheckDates));
        return $"""
            SELECT {path}, n + {before} + coalesce(i, 0), which, reason, value, value FROM (
              SELECT row_number() OVER () AS n,
                {Case(c => DuckDbSql.Literal(c.Name))} AS which,
                {Case(c => DuckDbSql.Literal($"The value does not convert to {c.Type} without loss"))} AS reason,
                {Case(Name)} AS value
              FROM read_csv({DuckDbSql.FilePath(file.Path)}, {options}, ignore_errors = true, parallel = false)
            ) r ASOF LEFT JOIN (
              SELECT line - {before} - row_number() OVER (ORDER BY line) AS at, row_number() OVER (ORDER BY line) AS i
              FROM dag_ragged WHERE file = {path}
            ) s ON r.n > s.at
            WHERE which IS NOT NULL
            """;

        string Case(Func<DatasetColumn, string> then)
        {
            var cases = columns.Where(Checked).Select(c => $"WHEN {LosslessCast.Lossy(c, Name(c))} THEN {then(c)}");
            return $"CASE {string.Join(' ', cases)} ELSE NULL END";
        }
    }

    private bool Checked(DatasetColumn column) => LosslessCast.Applies(column, CheckDates);

    private IReadOnlyList<DatasetColumn> Sniff(DuckDbConnection connection, SourceFile file, CancellationToken cancellationToken)
    {
        using var result = connection.Query(
            "SELECT HasHeader, CAST(to_json(Columns) AS VARCHAR), CAST(DateFormat AS VARCHAR) " +
            $"FROM sniff_csv({DuckDbSql.FilePath(file.Path)}, {Options([])}, ignore_errors = true)",
            null,
            cancellationToken);
        result.NextChunk();
        if (!result.Vector(0).GetBoolean(0) && Request.Dialect.Header == HeaderMode.Auto)
        {
            throw new ActivityException(
                $"{file.Path} seems to have no header line: its first line looks like values. Set header to No to call the columns " +
                "column0, column1…, or to Yes if the first line does name them.")
            {
                Retryable = false,
            };
        }

        _isoDates &= result.Vector(2).GetString(0) is null or "" or "%Y-%m-%d";
        using var columns = JsonDocument.Parse(result.Vector(1).GetString(0)!);
        return [.. columns.RootElement.EnumerateArray()
            .Select(c => new DatasetColumn(c.GetProperty("name").GetString()!, c.GetProperty("type").GetString()!))];
    }

    private string Options(IEnumerable<DatasetColumn> columns)
    {
        var dialect = Request.Dialect;
        var options = new List<string>
        {
            $"sample_size = {Number(Request.SampleRows)}",
            $"max_line_size = {Number(dialect.MaxLineBytes)}",
            "files_to_sniff = -1",
        };
        Add("delim", Request.Format == SourceFormat.Tsv && dialect.Delimiter.Length == 0 ? "\t" : dialect.Delimiter.Replace("\\t", "\t"));
        Add("quote", dialect.Quote);
        Add("encoding", dialect.Encoding.Equals("utf-8", StringComparison.OrdinalIgnoreCase) ? "" : dialect.Encoding.ToLowerInvariant());
        Add("decimal_separator", dialect.DecimalSeparator == "." ? "" : dialect.DecimalSeparator);
        Add("dateformat", dialect.DateFormat);
        Add("timestampformat", dialect.TimestampFormat);
        AddIf(dialect.Header != HeaderMode.Auto, $"header = {(dialect.Header == HeaderMode.Yes ? "true" : "false")}");
        AddIf(dialect.SkipLines > 0, $"skip = {Number(dialect.SkipLines)}");
        AddIf(dialect.NullTexts.Count > 0, $"nullstr = {DuckDbSql.Literals(dialect.NullTexts.Append(""))}");
        AddIf(columns.Any(), $"types = {TypeMap(columns)}");
        return string.Join(", ", options);

        void Add(string name, string value) => AddIf(value.Length > 0, $"{name} = {DuckDbSql.Literal(value)}");

        void AddIf(bool condition, string option)
        {
            if (condition)
            {
                options.Add(option);
            }
        }

        static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Where the engine lists the lines that it leaves out.</summary>
    private sealed record RejectTables(string Errors, string Scans)
    {
        public string Option => $"store_rejects = true, rejects_table = '{Errors}', rejects_scan = '{Scans}'";

        // One bad line can leave several errors: the first of each line speaks for it.
        public string Select => RejectsSelect(
            "s.file_path",
            "e.line",
            "e.column_name",
            "e.error_message",
            """regexp_extract(e.error_message, 'Could not convert string "(.*)" to ''', 1, 's')""",
            "e.csv_line") + $" FROM {Errors} e JOIN {Scans} s USING (scan_id, file_id) " +
            "QUALIFY row_number() OVER (PARTITION BY s.file_path, e.line ORDER BY e.byte_position, e.error_type) = 1";
    }
}
