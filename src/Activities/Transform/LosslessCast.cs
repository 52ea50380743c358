using Dag.Activities.DuckDb;
using Dag.Activities.Lake;

namespace Dag.Activities.Transform;

/// <summary>
/// Casts to whole numbers, dates and times that lose nothing. The engine itself makes 8 of <c>7.5</c>, drops the time of a timestamp and
/// cuts nanoseconds without a word, also in its readers; so such columns are read as text and cast here.
/// </summary>
internal static class LosslessCast
{
    /// <summary>Begins the message of a value that does not fit.</summary>
    public const string Marker = "lossy: ";

    /// <summary>Dates and times: what is cast here unless the engine is strict itself, because it was given a format for them.</summary>
    public static readonly IReadOnlySet<string> AllTypes = new HashSet<string> { "DATE", "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE" };

    /// <summary>None of them: the engine's reader of JSON is strict with all.</summary>
    public static readonly IReadOnlySet<string> NoTypes = new HashSet<string>();

    private static readonly HashSet<string> WholeNumbers =
    [
        "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
    ];

    /// <summary>What the engine would drop from a text that it converts to the type.</summary>
    /// <param name="column">The column.</param>
    /// <param name="types">The types of <see cref="AllTypes"/> with which it is not strict itself.</param>
    public static FieldGuard GuardOf(DatasetColumn column, IReadOnlySet<string> types) => column.Type switch
    {
        var type when WholeNumbers.Contains(type) => FieldGuard.WholeNumber,
        var type when !types.Contains(type) => FieldGuard.None,
        "DATE" => FieldGuard.Date,
        "TIME" => FieldGuard.Time,
        _ => FieldGuard.Timestamp,
    };

    /// <summary>Whether the type needs this.</summary>
    public static bool Applies(DatasetColumn column, IReadOnlySet<string> types) => GuardOf(column, types) != FieldGuard.None;

    /// <summary>The columns as they are read: text where <see cref="Applies"/>.</summary>
    public static IEnumerable<DatasetColumn> AsRead(IEnumerable<DatasetColumn> columns, IReadOnlySet<string> types) =>
        columns.Select(c => Applies(c, types) ? c with { Type = "VARCHAR" } : c);

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

    // Cheap for what is common: the dear part is computed only for texts with a point or an exponent.
    private static string WouldLose(DatasetColumn column, string text) => GuardOf(column, AllTypes) switch
    {
        FieldGuard.WholeNumber => $"((contains({text}, '.') OR contains({text}, 'e') OR contains({text}, 'E')) AND NOT {IsWhole(text)})",
        FieldGuard.Date => $"(TRY_CAST({text} AS TIMESTAMP) IS DISTINCT FROM TRY_CAST(TRY_CAST({text} AS DATE) AS TIMESTAMP))",
        _ => $@"(contains({text}, '.') AND regexp_matches({text}, '\.[0-9]{{6}}[0-9]*[1-9]'))",
    };

    private static string IsWhole(string text) =>
        $@"(regexp_full_match({text}, '\s*[-+]?[0-9]*\.0*\s*') OR " +
        $"(NOT regexp_matches({text}, '^[^eE]*$') AND coalesce(TRY_CAST({text} AS DOUBLE) = trunc(TRY_CAST({text} AS DOUBLE)), false)))";
}
