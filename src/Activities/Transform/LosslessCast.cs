using Dag.Activities.DuckDb;
using Dag.Activities.Lake;

namespace Dag.Activities.Transform;

/// <summary>
/// Casts to whole numbers and dates that lose nothing. The engine itself makes 8 of <c>7.5</c> and drops the time of a timestamp without a
/// word, also in its readers; so such columns are read as text, which costs next to nothing, and cast here.
/// </summary>
internal static class LosslessCast
{
    /// <summary>Begins the message of a value that does not fit.</summary>
    public const string Marker = "lossy: ";

    private static readonly HashSet<string> WholeNumbers =
    [
        "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
    ];

    /// <summary>Whether the type needs this.</summary>
    public static bool Applies(DatasetColumn column, bool dates) => WholeNumbers.Contains(column.Type) || (dates && column.Type == "DATE");

    /// <summary>The columns as they are read: text where <see cref="Applies"/>.</summary>
    public static IEnumerable<DatasetColumn> AsRead(IEnumerable<DatasetColumn> columns, bool dates) =>
        columns.Select(c => Applies(c, dates) ? c with { Type = "VARCHAR" } : c);

    /// <summary>The cast of a text; it faults, naming column and value, when something would be lost.</summary>
    public static string Strict(DatasetColumn column, string text) =>
        $"CASE WHEN {WouldLose(column, text)} THEN error({Complaint(column, text)}) ELSE CAST({text} AS {column.Type}) END";

    /// <summary>The message of a value that does not fit.</summary>
    public static string Complaint(DatasetColumn column, string value) =>
        $"{DuckDbSql.Literal($"{Marker}column {column.Name} is {column.Type} and holds ")} || left(CAST({value} AS VARCHAR), 80)";

    /// <summary>True when a text cannot be cast, or not without loss.</summary>
    public static string Unfit(DatasetColumn column, string text) =>
        $"({text} IS NOT NULL AND (TRY_CAST({text} AS {column.Type}) IS NULL OR {WouldLose(column, text)}))";

    /// <summary>True when a text can be cast, but something would be lost.</summary>
    public static string Lossy(DatasetColumn column, string text) =>
        $"({text} IS NOT NULL AND TRY_CAST({text} AS {column.Type}) IS NOT NULL AND {WouldLose(column, text)})";

    // Cheap for what is common: the dear part is computed only for texts with a point.
    private static string WouldLose(DatasetColumn column, string text) => column.Type == "DATE"
        ? $"(length({text}) > 10 AND length(trim({text})) > 10)"
        : $"(contains({text}, '.') AND coalesce(TRY_CAST({text} AS DOUBLE) <> trunc(TRY_CAST({text} AS DOUBLE)), true))";
}
