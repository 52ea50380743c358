using System.Globalization;
using System.Text.RegularExpressions;
using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Transform;

/// <summary>The rows that were left out: counts them, keeps them, and says what to do when they are too many.</summary>
internal static partial class Rejects
{
    private const int MaxText = 10_000;
    private const int MaxShown = 80;

    /// <summary>How many lines were left out.</summary>
    public static long Count(DuckDbConnection connection, CancellationToken cancellationToken) =>
        (long)connection.Scalar($"SELECT count(*) FROM {SourceReader.RejectsTable}", null, cancellationToken)!;

    /// <summary>Writes them as a JSON object per line: file, line, column, reason, text.</summary>
    public static void Write(DuckDbConnection connection, string path, CancellationToken cancellationToken) =>
        connection.Execute(
            $"COPY (SELECT file, line, \"column\", reason, left(text, {MaxText}) AS text FROM {SourceReader.RejectsTable} ORDER BY " +
            $"file, line) TO {DuckDbSql.Literal(path)} (FORMAT json)",
            cancellationToken);

    /// <summary>The fault that names the column, the line and the type to set.</summary>
    public static ActivityException TooMany(
        DuckDbConnection connection, ConversionRequest request, IReadOnlyList<DatasetColumn> columns, long rows, long rejected)
    {
        // The column that rejected the most lines, and the first line of it.
        using var result = connection.Query(
            $"""
            SELECT r.file, r.line, r."column", r.reason, r.value, r.text
            FROM {SourceReader.RejectsTable} r JOIN
              (SELECT "column" AS c, count(*) AS n FROM {SourceReader.RejectsTable} GROUP BY "column") w
              ON r."column" IS NOT DISTINCT FROM w.c
            ORDER BY w.n DESC, r.file, r.line LIMIT 1
            """);
        result.NextChunk();
        string? Text(int column) => result.Vector(column).GetString(0);
        var (name, reason, value) = (Text(2), Text(3)!, Text(4));
        var where = string.Create(CultureInfo.InvariantCulture, $"{Text(0)} line {result.Vector(1).GetInt64(0):N0}");
        var total = rows + rejected;
        var column = columns.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase));
        var shown = Shorten(Text(5) ?? "");
        var why = column is not null && !string.IsNullOrEmpty(value)
            ? $"{where}: column {column.Name} is {column.Type} and holds '{Shorten(value)}'. {TypeFix(connection, request, column)}"
            : $"{where}: {Explain(reason)} ({shown}). {StructureFix(request, reason)}";
        return new ActivityException(string.Create(
            CultureInfo.InvariantCulture,
            $"{rejected:N0} of {total:N0} rows ({(double)rejected / total:P1}) do not fit, more than maxRejected allows " +
            $"({request.MaxRejected:P1}); nothing was published. The first is {why}"))
        {
            Retryable = false,
        };
    }

    private static string TypeFix(DuckDbConnection connection, ConversionRequest request, DatasetColumn column)
    {
        var type = WiderType(connection, column);
        return request.Continued is { } continued
            ? $"The type is that of {continued.ToReference()}: mend the file, raise maxRejected, or convert all files again with mode " +
              $"Replace and columns {{\"{column.Name}\": \"{type}\"}}."
            : $"Set columns to {{\"{column.Name}\": \"{type}\"}}, mend the file, or raise maxRejected.";
    }

    private static string WiderType(DuckDbConnection connection, DatasetColumn column)
    {
        var wider = column.Type switch
        {
            "BIGINT" or "INTEGER" or "SMALLINT" or "TINYINT" or "UBIGINT" => "DOUBLE",
            "DATE" => "TIMESTAMP",
            "TIMESTAMP" => "TIMESTAMP_NS",
            _ => "VARCHAR",
        };
        var all = connection.Scalar(
            $"SELECT bool_and(TRY_CAST(value AS {wider}) IS NOT NULL) FROM {SourceReader.RejectsTable} WHERE lower(\"column\") = lower($1)",
            [column.Name]);
        return all is true ? wider : "VARCHAR";
    }

    private static string Explain(string reason) =>
        ColumnCount().Match(reason) is { Success: true } match
            ? $"it has {match.Groups["found"].Value} values where there are {match.Groups["expected"].Value} columns"
            : reason.Split('\n')[0].Trim().TrimEnd('.');

    private static string StructureFix(ConversionRequest request, string reason) =>
        reason.Contains("unicode", StringComparison.OrdinalIgnoreCase) ? "Set encoding to latin-1, or send the file as UTF-8."
        : reason.Contains("line size", StringComparison.OrdinalIgnoreCase)
            ? "A quote may not be closed: mend the file, or raise maxLineBytes."
        : request.Files[0].IsJson ? "Mend the line, or raise maxRejected."
        : "Mend the line, set delimiter and quote, or raise maxRejected.";

    private static string Shorten(string text) => text.Length <= MaxShown ? text : text[..MaxShown] + "…";

    [GeneratedRegex(@"Expected Number of Columns: (?<expected>\d+) Found: (?<found>\d+)", RegexOptions.ExplicitCapture)]
    private static partial Regex ColumnCount();
}
