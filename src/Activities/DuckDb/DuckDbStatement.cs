using System.Buffers;
using System.Text;

namespace Dag.Activities.DuckDb;

/// <summary>A prepared statement: bind values, run, bind the next ones.</summary>
public sealed class DuckDbStatement : IDisposable
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMillisecond / 1000;
    private readonly DuckDbConnection _connection;
    private readonly StatementHandle _handle;

    internal DuckDbStatement(DuckDbConnection connection, StatementHandle handle)
    {
        _connection = connection;
        _handle = handle;
    }

    /// <summary>How many parameters the statement has.</summary>
    public int ParameterCount => (int)NativeMethods.duckdb_nparams(_handle);

    /// <summary>
    /// Sets a parameter, counted from 1: null, bool, int, long, double, decimal, string, DateOnly, DateTime (without zone),
    /// DateTimeOffset (an instant) or byte[].
    /// </summary>
    /// <exception cref="DuckDbException">There is no such parameter.</exception>
    public DuckDbStatement Bind(int index, object? value)
    {
        var i = (ulong)index;
        var state = value switch
        {
            null => NativeMethods.duckdb_bind_null(_handle, i),
            bool b => NativeMethods.duckdb_bind_boolean(_handle, i, b ? (byte)1 : (byte)0),
            int n => NativeMethods.duckdb_bind_int32(_handle, i, n),
            long n => NativeMethods.duckdb_bind_int64(_handle, i, n),
            double d => NativeMethods.duckdb_bind_double(_handle, i, d),
            decimal d => NativeMethods.duckdb_bind_decimal(_handle, i, ToNative(d)),
            string s => BindText(i, s),
            DateOnly d => NativeMethods.duckdb_bind_date(_handle, i, d.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber),
            DateTime t => NativeMethods.duckdb_bind_timestamp(_handle, i, (t.Ticks - DateTime.UnixEpoch.Ticks) / TicksPerMicrosecond),
            DateTimeOffset t => NativeMethods.duckdb_bind_timestamp_tz(
                _handle, i, (t.UtcTicks - DateTime.UnixEpoch.Ticks) / TicksPerMicrosecond),
            byte[] b => BindBytes(i, b),
            _ => throw new ArgumentException($"A parameter cannot be a {value.GetType().Name}.", nameof(value)),
        };
        return state == 0 ? this : throw new DuckDbException(
            $"The statement has {ParameterCount} parameters: there is no parameter {index}.", DuckDbErrorKind.InvalidInput);
    }

    /// <summary>Sets all parameters.</summary>
    /// <exception cref="DuckDbException">Their number is not that of the statement.</exception>
    public DuckDbStatement BindAll(IReadOnlyList<object?> values)
    {
        if (values.Count != ParameterCount)
        {
            throw new DuckDbException(
                $"The statement has {ParameterCount} parameters, and {values.Count} values were given.", DuckDbErrorKind.InvalidInput);
        }

        for (var i = 0; i < values.Count; i++)
        {
            Bind(i + 1, values[i]);
        }

        return this;
    }

    /// <summary>Runs the statement to its end; gives how many rows it changed.</summary>
    /// <exception cref="DuckDbException">The engine's own message.</exception>
    public unsafe long Execute(CancellationToken cancellationToken = default)
    {
        using var result = new ResultHandle();
        using (new Interruption(_connection.Handle, cancellationToken))
        {
            if (NativeMethods.duckdb_execute_prepared(_handle, result.Result) != 0)
            {
                throw DuckDbConnection.Fault(result, cancellationToken);
            }
        }

        return (long)NativeMethods.duckdb_rows_changed(result.Result);
    }

    /// <summary>Starts the statement; its rows are streamed.</summary>
    /// <exception cref="DuckDbException">The engine's own message.</exception>
    public unsafe DuckDbResult Query(CancellationToken cancellationToken = default)
    {
        var result = new ResultHandle();
        try
        {
            using (new Interruption(_connection.Handle, cancellationToken))
            {
                if (NativeMethods.duckdb_execute_prepared_streaming(_handle, result.Result) != 0)
                {
                    throw DuckDbConnection.Fault(result, cancellationToken);
                }
            }

            return new DuckDbResult(_connection, result, cancellationToken);
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private unsafe int BindText(ulong index, string text)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            var length = Encoding.UTF8.GetBytes(text, buffer);
            fixed (byte* bytes = buffer)
            {
                return NativeMethods.duckdb_bind_varchar_length(_handle, index, bytes, (ulong)length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private unsafe int BindBytes(ulong index, byte[] value)
    {
        fixed (byte* bytes = value)
        {
            return NativeMethods.duckdb_bind_blob(_handle, index, bytes, (ulong)value.Length);
        }
    }

    private static NativeDecimal ToNative(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        var magnitude = ((UInt128)(uint)parts[2] << 64) | ((UInt128)(uint)parts[1] << 32) | (uint)parts[0];
        var signed = value < 0 ? -(Int128)magnitude : (Int128)magnitude;
        return new NativeDecimal
        {
            Width = 38,
            Scale = value.Scale,
            Lower = (ulong)((UInt128)signed & ulong.MaxValue),
            Upper = (long)(signed >> 64),
        };
    }
}
