using System.Globalization;
using Dag.Activities.DuckDb;

namespace Dag.Activities.Transform;

/// <summary>Options of the engine's CSV reader.</summary>
internal static class CsvOptions
{
    // The engine's own default, sixteen lines of the longest kind, takes a hundred MB more and is no faster.
    private const int BufferBytes = 8 << 20;

    /// <summary>What the user says of the files; the rest is found out by looking at each.</summary>
    public static string Given(ConversionRequest request)
    {
        var dialect = request.Dialect;
        return Join(
            request,
            Number("sample_size", request.SampleRows),
            Number("files_to_sniff", -1),
            Text("delim", request.Format == SourceFormat.Tsv && dialect.Delimiter.Length == 0 ? "\t" : dialect.Delimiter.Replace("\\t", "\t")),
            Text("quote", dialect.Quote),
            Text("dateformat", dialect.DateFormat),
            Text("timestampformat", dialect.TimestampFormat),
            dialect.Header == HeaderMode.Auto ? "" : Flag("header", dialect.Header == HeaderMode.Yes),
            dialect.SkipLines == 0 ? "" : Number("skip", dialect.SkipLines));
    }

    /// <summary>What was found: nothing is left to find out. The columns stand in the order of the files.</summary>
    public static string Found(ConversionRequest request, CsvLayout layout, string columns)
    {
        var dialect = request.Dialect;
        return Join(
            request,
            Flag("auto_detect", false),
            $"columns = {columns}",
            Text("delim", layout.Delimiter),
            $"quote = {DuckDbSql.Literal(layout.Quote)}",
            Text("escape", layout.Escape),
            Text("comment", layout.Comment),
            Text("new_line", layout.NewLine),
            Text("dateformat", dialect.DateFormat.Length > 0 ? dialect.DateFormat : layout.DateFormat),
            Text("timestampformat", dialect.TimestampFormat.Length > 0 ? dialect.TimestampFormat : layout.TimestampFormat),
            Flag("header", layout.Header),
            Number("skip", layout.SkipLines));
    }

    private static string Join(ConversionRequest request, params IEnumerable<string> options)
    {
        var dialect = request.Dialect;
        string[] all =
        [
            .. options,
            Number("max_line_size", dialect.MaxLineBytes),
            Number("buffer_size", Math.Max(BufferBytes, 2L * dialect.MaxLineBytes)),
            Text("encoding", dialect.Encoding.Equals("utf-8", StringComparison.OrdinalIgnoreCase) ? "" : dialect.Encoding.ToLowerInvariant()),
            Text("decimal_separator", dialect.DecimalSeparator == "." ? "" : dialect.DecimalSeparator),
            dialect.NullTexts.Count == 0 ? "" : $"nullstr = {DuckDbSql.Literals(dialect.NullTexts.Append(""))}",
        ];
        return string.Join(", ", all.Where(o => o.Length > 0));
    }

    private static string Text(string name, string value) => value.Length == 0 ? "" : $"{name} = {DuckDbSql.Literal(value)}";

    private static string Flag(string name, bool value) => $"{name} = {(value ? "true" : "false")}";

    private static string Number(string name, long value) => $"{name} = {value.ToString(CultureInfo.InvariantCulture)}";
}
