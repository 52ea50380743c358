using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Dag.Workflows.Storage;

/// <summary>Tells errors of the database as such (a full disk, a lock, a damaged file) from errors of a statement.</summary>
internal static class SqliteErrors
{
    /// <summary>The error in our words when the database is the cause, otherwise the same exception.</summary>
    public static Exception Translate(Exception error, string path) =>
        error is SqliteException sqlite && Advice(sqlite.SqliteErrorCode) is { } advice
            ? new MetadataUnavailableException($"The metadata database {path} {advice} ({sqlite.Message})", sqlite)
            {
                IsDiskFull = sqlite.SqliteErrorCode == raw.SQLITE_FULL,
            }
            : error;

    private static string? Advice(int code) => code switch
    {
        raw.SQLITE_FULL => "has no space left. Free space on its disk; nothing of this write was stored.",
        raw.SQLITE_IOERR => "could not be read or written. Check its disk and the permissions of its folder.",
        raw.SQLITE_CANTOPEN => "could not be opened. Check that its folder exists and that this user may write there.",
        raw.SQLITE_READONLY => "cannot be written. Give this user the right to write the file and its folder.",
        raw.SQLITE_PERM or raw.SQLITE_AUTH => "may not be used. Give this user the right to write the file and its folder.",
        raw.SQLITE_CORRUPT => "is damaged. Restore it from a backup.",
        raw.SQLITE_NOTADB => "is not a SQLite database. Move the file away or choose another data folder.",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "is locked by another process. Close the program that holds it and try again.",
        raw.SQLITE_NOMEM => "ran out of memory. Give the process more, or run less at once.",
        _ => null,
    };
}
