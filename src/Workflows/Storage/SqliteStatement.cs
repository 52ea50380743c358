using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Dag.Workflows.Storage;

/// <summary>
/// A compiled statement that is bound and run again and again without allocating; commands of Microsoft.Data.Sqlite look every
/// parameter up by name and box its value, which on the hot path costs more than SQLite itself. Parameters count from 1.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int StackBytes = 1024;
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        SqliteException.ThrowExceptionForRC(
            raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement), database);
    }

    public void Bind(int index, long value) => Check(raw.sqlite3_bind_int64(_statement, index, value));

    public void Bind(int index, long? value)
    {
        if (value is { } number)
            Bind(index, number);
        else
            Check(raw.sqlite3_bind_null(_statement, index));
    }

    public void Bind(int index, DateTimeOffset value) => Bind(index, value.UtcTicks);

    public void Bind(int index, DateTimeOffset? value) => Bind(index, value?.UtcTicks);

    public void Bind(int index, ReadOnlySpan<byte> value) => Check(
        value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, index, 0) : raw.sqlite3_bind_blob(_statement, index, value));

    public void Bind(int index, string? value)
    {
        if (value is null)
        {
            Check(raw.sqlite3_bind_null(_statement, index));
            return;
        }

        var text = SqlText.Clean(value);
        var size = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[]? rented = null;
        var bytes = size <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(size);
        var written = Encoding.UTF8.GetBytes(text, bytes);
        Check(raw.sqlite3_bind_text(_statement, index, bytes[..written]));
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Runs it and says how many rows it changed. The values stay bound.</summary>
    public int Execute()
    {
        var result = raw.sqlite3_step(_statement);
        var changes = result == raw.SQLITE_DONE ? raw.sqlite3_changes(_database) : 0;
        if (result is raw.SQLITE_DONE or raw.SQLITE_ROW)
            Check(raw.sqlite3_reset(_statement));
        else
            ThrowAfterReset(result);

        return changes;
    }

    public void Dispose() => _statement.Dispose();

    private void ThrowAfterReset(int result)
    {
        try
        {
            SqliteException.ThrowExceptionForRC(result, _database);
        }
        finally
        {
            _ = raw.sqlite3_reset(_statement);
        }
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, _database);
    }
}
