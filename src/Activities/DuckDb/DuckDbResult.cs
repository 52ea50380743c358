using System.Runtime.InteropServices;

namespace Dag.Activities.DuckDb;

/// <summary>The rows of a query, chunk by chunk (up to 2,048 rows each), each column of a chunk as one vector.</summary>
public sealed class DuckDbResult : IDisposable
{
    private readonly DuckDbConnection _connection;
    private readonly ResultHandle _handle;
    private readonly CancellationToken _cancellationToken;

    internal DuckDbResult(DuckDbConnection connection, ResultHandle handle, CancellationToken cancellationToken)
    {
        _connection = connection;
        _handle = handle;
        _cancellationToken = cancellationToken;
        Columns = ReadColumns(handle);
    }

    /// <summary>The columns, in order.</summary>
    public IReadOnlyList<DuckDbColumn> Columns { get; }

    /// <summary>How many rows the current chunk has.</summary>
    public int RowCount { get; private set; }

    /// <summary>Moves to the next chunk; false when there is none. Vectors of the former chunk must not be used any more.</summary>
    /// <exception cref="DuckDbException">The engine's own message.</exception>
    /// <exception cref="OperationCanceledException">The query's token was cancelled.</exception>
    public bool NextChunk()
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        RowCount = 0;
        using (new Interruption(_connection.Handle, _cancellationToken))
        {
            if (!_handle.FetchNext())
            {
                return _handle.Error().Length == 0 ? false : throw DuckDbConnection.Fault(_handle, _cancellationToken);
            }
        }

        RowCount = (int)NativeMethods.duckdb_data_chunk_get_size(_handle.Chunk);
        return RowCount > 0;
    }

    /// <summary>A column of the current chunk. It points into the chunk: it is valid until the next chunk or the result's end.</summary>
    public unsafe DuckDbVector Vector(int column)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns.Count, nameof(column));
        if (_handle.Chunk == 0)
        {
            throw new InvalidOperationException("Call NextChunk first.");
        }

        var vector = NativeMethods.duckdb_data_chunk_get_vector(_handle.Chunk, (ulong)column);
        return new DuckDbVector(
            Columns[column], RowCount, NativeMethods.duckdb_vector_get_data(vector), NativeMethods.duckdb_vector_get_validity(vector));
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static unsafe DuckDbColumn[] ReadColumns(ResultHandle handle)
    {
        var columns = new DuckDbColumn[NativeMethods.duckdb_column_count(handle.Result)];
        for (var i = 0; i < columns.Length; i++)
        {
            var name = Marshal.PtrToStringUTF8((nint)NativeMethods.duckdb_column_name(handle.Result, (ulong)i)) ?? "";
            var type = NativeMethods.duckdb_column_logical_type(handle.Result, (ulong)i);
            var id = (DuckDbType)NativeMethods.duckdb_get_type_id(type);
            columns[i] = id == DuckDbType.Decimal
                ? new DuckDbColumn(name, id, NativeMethods.duckdb_decimal_width(type), NativeMethods.duckdb_decimal_scale(type))
                : new DuckDbColumn(name, id);
            NativeMethods.duckdb_destroy_logical_type(ref type);
        }

        return columns;
    }
}
