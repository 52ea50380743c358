using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Transform;

/// <summary>
/// Reads CSV and TSV. The engine leaves out the lines that do not fit, and lists them. What it would convert with a loss, a
/// <see cref="FieldScan"/> beside it notices; then values are read as texts and checked one by one, which stops at the first that does not
/// fit; then the exact way is gone, which leaves such rows out as well.
/// </summary>
internal sealed class CsvReader(ConversionRequest request) : SourceReader(request)
{
    private static readonly RejectTables Typed = new("dag_typed_errors", "dag_typed_scans");
    private IReadOnlyList<CsvLayout> _layouts = [];
    private Way _way = Way.Checked;

    private enum Way
    {
        /// <summary>The engine converts, and a scan looks for what it drops.</summary>
        Engine,

        /// <summary>Each value is checked, and the first one that does not fit stops it.</summary>
        Checked,

        /// <summary>Each value is checked, and its row left out if it does not fit.</summary>
        Exact,
    }

    private RejectTables Tables => new($"dag_errors_{_way}", $"dag_scans_{_way}");

    // All files are written alike, and so nothing needs to be found out again.
    private CsvLayout? Layout => _layouts.Count > 0 && _layouts.All(l => l.ReadsLike(_layouts[0])) ? _layouts[0] : null;

    private bool CanScan => Layout is { IsPlain: true } && !Request.Files[0].Gzip
        && !Request.Dialect.Encoding.Equals("utf-16", StringComparison.OrdinalIgnoreCase);

    // With a format the engine's reader is strict itself.
    private IReadOnlySet<string> CheckedTypes => LosslessCast.AllTypes
        .Where(t => t == "DATE"
            ? Request.Dialect.DateFormat.Length == 0 && _layouts.All(l => l.DateFormat.Length == 0)
            : Request.Dialect.TimestampFormat.Length == 0 && _layouts.All(l => l.TimestampFormat.Length == 0))
        .ToHashSet();

    public override IReadOnlyList<DatasetColumn> Describe(DuckDbConnection connection, CancellationToken cancellationToken)
    {
        // The engine drops columns that only later files have: each file is looked at, and must have the same.
        _layouts = [.. Request.Files.Select(f => Sniff(connection, f, cancellationToken))];
        for (var i = 1; i < _layouts.Count; i++)
        {
            ColumnChecks.SameNames(Request.Files[0], _layouts[0].Columns, Request.Files[i], _layouts[i].Columns);
        }

        _way = CanScan ? Way.Engine : Way.Checked;
        return Request.Files.Count == 1
            ? _layouts[0].Columns
            : DescribeSelect(connection, $"SELECT * FROM read_csv({Paths}, {CsvOptions.Given(Request)}, ignore_errors = true)", cancellationToken);
    }

    public override string Select(IReadOnlyList<DatasetColumn> columns)
    {
        var asRead = _way == Way.Engine ? columns : LosslessCast.AsRead(columns, CheckedTypes);
        var read = $"read_csv({Paths}, {Options(asRead)}, {Tables.Option})";
        if (_way != Way.Exact)
        {
            var strict = columns.Select(c => _way == Way.Checked && Checked(c) ? $"{LosslessCast.Strict(c, Name(c))} AS {Name(c)}" : $"{Name(c)} AS {Name(c)}");
            return $"SELECT {string.Join(", ", strict)} FROM {read}";
        }

        var cast = columns.Select(c => Checked(c) ? $"TRY_CAST({Name(c)} AS {c.Type}) AS {Name(c)}" : $"{Name(c)} AS {Name(c)}");
        var unfit = columns.Where(Checked).Select(c => LosslessCast.Unfit(c, Name(c))).DefaultIfEmpty("false");
        return $"SELECT {string.Join(", ", cast)} FROM {read} WHERE NOT ({string.Join(" OR ", unfit)})";
    }

    public override bool Inspect(IReadOnlyList<DatasetColumn> columns, CancellationToken cancellationToken)
    {
        var types = CheckedTypes;
        var guards = _way == Way.Engine
            ? AsInFiles(columns).Select(c => LosslessCast.GuardOf(c, types)).ToList()
            : [];
        return guards.All(g => g == FieldGuard.None)
            ? base.Inspect(columns, cancellationToken)
            : !Request.Files.Any(f => FieldScan.MayLose(f, Layout!, guards, cancellationToken));
    }

    public override void Distrust() => _way = Way.Checked;

    public override bool CanQuarantine(DuckDbException fault)
    {
        var can = _way != Way.Exact
            && (fault.Kind == DuckDbErrorKind.Conversion || fault.Message.Contains(LosslessCast.Marker, StringComparison.Ordinal));
        _way = can ? Way.Exact : _way;
        return can;
    }

    public override void CollectRejects(
        DuckDbConnection connection, IReadOnlyList<DatasetColumn> columns, CancellationToken cancellationToken)
    {
        CreateRejects(connection, Tables.Select, cancellationToken);
        if (_way != Way.Exact)
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
        var options = Options(LosslessCast.AsRead(columns, CheckedTypes));
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

    private bool Checked(DatasetColumn column) => LosslessCast.Applies(column, CheckedTypes);

    private CsvLayout Sniff(DuckDbConnection connection, SourceFile file, CancellationToken cancellationToken)
    {
        var layout = CsvLayout.Sniff(connection, file, CsvOptions.Given(Request), cancellationToken);
        if (!layout.Header && Request.Dialect.Header == HeaderMode.Auto)
        {
            throw new ActivityException(
                $"{file.Path} seems to have no header line: its first line looks like values. Set header to No to call the columns " +
                "column0, column1…, or to Yes if the first line does name them.")
            {
                Retryable = false,
            };
        }

        // Where it has seen none, the engine takes later ones for a part of the value.
        var quotes = layout.Quote.Length > 0 || Request.SampleRows < 0 || SourceCheck.QuotesIn(file, Request.SampleRows, cancellationToken);
        return quotes ? layout : layout with { Quote = "\"" };
    }

    // Types by name: the columns of a version that is continued may stand in another order.
    private IEnumerable<DatasetColumn> AsInFiles(IEnumerable<DatasetColumn> columns)
    {
        var types = columns.ToDictionary(c => c.Name, c => c.Type, StringComparer.OrdinalIgnoreCase);
        return Layout!.Columns.Select(c => types.TryGetValue(c.Name, out var type) ? c with { Type = type } : c);
    }

    // As the files were found to be written, or, when they are not written alike, found out anew for each one.
    private string Options(IEnumerable<DatasetColumn> columns) => Layout is { } layout
        ? CsvOptions.Found(Request, layout, TypeMap(AsInFiles(columns)))
        : $"{CsvOptions.Given(Request)}, types = {TypeMap(columns)}";

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
