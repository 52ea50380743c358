using Dag.Activities.Lake;

namespace Dag.Activities.Quality;

/// <summary>What the values of a column are, as far as expectations tell them apart.</summary>
internal enum ValueKind
{
    Number,
    Text,
    Time,
    Boolean,
    Other,
}

/// <summary>Tells the kind of a column by its type.</summary>
internal static class ValueKinds
{
    private static readonly HashSet<string> Numbers =
    [
        "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE",
    ];

    public static ValueKind Of(DatasetColumn column) => column.Type switch
    {
        "VARCHAR" or "UUID" => ValueKind.Text,
        "BOOLEAN" => ValueKind.Boolean,
        "DATE" => ValueKind.Time,
        _ when column.Type.EndsWith(']') => ValueKind.Other,
        _ when Numbers.Contains(column.Type) || column.Type.StartsWith("DECIMAL", StringComparison.Ordinal) => ValueKind.Number,
        _ when column.Type.StartsWith("TIMESTAMP", StringComparison.Ordinal) => ValueKind.Time,
        _ when column.Type.StartsWith("ENUM", StringComparison.Ordinal) => ValueKind.Text,
        _ => ValueKind.Other,
    };

    /// <summary>Whether it has values that are no number although they are not NULL.</summary>
    public static bool MayBeNaN(DatasetColumn column) => column.Type is "FLOAT" or "DOUBLE";

    public static string Plural(ValueKind kind) => kind switch
    {
        ValueKind.Number => "numbers",
        ValueKind.Text => "texts",
        ValueKind.Time => "times",
        ValueKind.Boolean => "true and false",
        _ => "other values",
    };
}
