namespace Dag.Activities.DuckDb;

/// <summary>The kinds of DuckDB's errors that callers tell apart; the numbers are those of its C API.</summary>
public enum DuckDbErrorKind
{
    /// <summary>The engine named no kind.</summary>
    Unknown = 0,

    /// <summary>A number or index outside its range.</summary>
    OutOfRange = 1,

    /// <summary>A value that does not convert to its type.</summary>
    Conversion = 2,

    /// <summary>A table, function or setting that does not exist.</summary>
    Catalog = 13,

    /// <summary>SQL that does not parse.</summary>
    Parser = 14,

    /// <summary>A column or type that does not fit the statement.</summary>
    Binder = 24,

    /// <summary>A file that cannot be read or written.</summary>
    IO = 28,

    /// <summary>The statement was interrupted.</summary>
    Interrupt = 29,

    /// <summary>The database cannot be used any more.</summary>
    Fatal = 30,

    /// <summary>A fault of the engine itself.</summary>
    Internal = 31,

    /// <summary>Input that the statement or function does not accept.</summary>
    InvalidInput = 32,

    /// <summary>The memory limit was reached and nothing more could be spilled.</summary>
    OutOfMemory = 33,

    /// <summary>Something that the settings forbid.</summary>
    Permission = 34,
}
