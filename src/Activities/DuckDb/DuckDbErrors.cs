namespace Dag.Activities.DuckDb;

/// <summary>Tells the kind of an error from its message, where the C API gives no more than that.</summary>
internal static class DuckDbErrors
{
    public static DuckDbErrorKind KindOf(string? message) => message?.Split(" Error:", 2)[0] switch
    {
        "Binder" => DuckDbErrorKind.Binder,
        "Parser" => DuckDbErrorKind.Parser,
        "Catalog" => DuckDbErrorKind.Catalog,
        "Conversion" => DuckDbErrorKind.Conversion,
        "IO" => DuckDbErrorKind.IO,
        "Invalid Input" => DuckDbErrorKind.InvalidInput,
        "Permission" => DuckDbErrorKind.Permission,
        "Out of Memory" => DuckDbErrorKind.OutOfMemory,
        "Out of Range" => DuckDbErrorKind.OutOfRange,
        "INTERRUPT" => DuckDbErrorKind.Interrupt,
        "FATAL" => DuckDbErrorKind.Fatal,
        "INTERNAL" => DuckDbErrorKind.Internal,
        _ => DuckDbErrorKind.Unknown,
    };
}
