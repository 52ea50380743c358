using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Dag.Activities.DuckDb;

/// <summary>
/// One column of one chunk. Spans read the engine's memory in place; nothing is allocated except the strings and boxes asked for.
/// ENUM, LIST and other nested types are read through a cast in the SQL: <c>CAST(x AS VARCHAR)</c>.
/// </summary>
public readonly unsafe ref struct DuckDbVector
{
    private readonly void* _data;
    private readonly ulong* _validity;

    internal DuckDbVector(DuckDbColumn column, int length, void* data, ulong* validity)
    {
        Column = column;
        Length = length;
        _data = data;
        _validity = validity;
    }

    /// <summary>The column that this is a part of.</summary>
    public DuckDbColumn Column { get; }

    /// <summary>How many rows it has.</summary>
    public int Length { get; }

    /// <summary>False when no value is NULL, known without looking at each.</summary>
    public bool MayHaveNulls => _validity is not null;

    /// <summary>One bit per row, set when the value is not NULL; empty when none is NULL.</summary>
    public ReadOnlySpan<ulong> Validity => _validity is null ? [] : new ReadOnlySpan<ulong>(_validity, (Length + 63) / 64);

    /// <summary>Whether the value is NULL.</summary>
    public bool IsNull(int row) => _validity is not null && (_validity[row >> 6] & (1UL << (row & 63))) == 0;

    /// <summary>
    /// The values as they lie in memory: sbyte to long, byte to ulong, float, double, bool; int for a date (days since 1970), long for a
    /// timestamp (microseconds since 1970, or the type's unit), short to Int128 for a decimal. Where a value is NULL, anything stands.
    /// </summary>
    /// <exception cref="InvalidOperationException">The type does not have this layout.</exception>
    public ReadOnlySpan<T> Values<T>() where T : unmanaged
    {
        if (typeof(T) != LayoutOf(Column))
        {
            throw new InvalidOperationException(
                $"Column {Column.Name} is {Column.Type} and is read as {LayoutOf(Column)?.Name ?? "text after a cast"}, " +
                $"not as {typeof(T).Name}.");
        }

        return new ReadOnlySpan<T>(_data, Length);
    }

    /// <summary>The bytes of a VARCHAR or BLOB, in place; empty when NULL.</summary>
    public ReadOnlySpan<byte> Bytes(int row)
    {
        if (Column.Type is not (DuckDbType.Varchar or DuckDbType.Blob))
        {
            throw Unreadable("bytes");
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Length, nameof(row));
        return IsNull(row) ? [] : NativeString.Bytes((NativeString*)_data + row);
    }

    /// <summary>A VARCHAR as a string; null when NULL.</summary>
    public string? GetString(int row) => IsNull(row) ? null : Encoding.UTF8.GetString(Bytes(row));

    /// <summary>Any number, or true and false as 1 and 0; NaN when NULL.</summary>
    public double GetDouble(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Length, nameof(row));
        return IsNull(row) ? double.NaN : Column.Type switch
        {
            DuckDbType.Boolean => ((byte*)_data)[row],
            DuckDbType.Float => ((float*)_data)[row],
            DuckDbType.Double => ((double*)_data)[row],
            DuckDbType.UBigInt => ((ulong*)_data)[row],
            DuckDbType.UHugeInt => (double)((UInt128*)_data)[row],
            DuckDbType.Decimal => (double)Integer(row) / Math.Pow(10, Column.Scale),
            _ => (double)Integer(row),
        };
    }

    /// <summary>All numbers of the column; NaN where NULL.</summary>
    /// <param name="target">At least as long as the vector.</param>
    public void CopyTo(Span<double> target)
    {
        target = target[..Length];
        switch (Column.Type)
        {
            case DuckDbType.Double:
                Values<double>().CopyTo(target);
                break;
            case DuckDbType.Float:
                Convert(Values<float>(), target);
                break;
            case DuckDbType.Integer:
                Convert(Values<int>(), target);
                break;
            case DuckDbType.SmallInt:
                Convert(Values<short>(), target);
                break;
            case DuckDbType.BigInt:
                Convert(Values<long>(), target);
                break;
            default:
                for (var row = 0; row < Length; row++)
                {
                    target[row] = GetDouble(row);
                }

                return;
        }

        for (var row = 0; _validity is not null && row < Length; row++)
        {
            if (IsNull(row))
            {
                target[row] = double.NaN;
            }
        }
    }

    /// <summary>A whole number or true and false as 1 and 0.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    /// <exception cref="InvalidOperationException">It is NULL.</exception>
    public long GetInt64(int row) => checked((long)Integer(NotNull(row)));

    /// <summary>A decimal or a whole number.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public decimal GetDecimal(int row)
    {
        var value = (decimal)Integer(NotNull(row));
        for (var scale = Column.Type == DuckDbType.Decimal ? Column.Scale : 0; scale > 0; scale--)
        {
            value /= 10;
        }

        return value;
    }

    /// <summary>A boolean.</summary>
    public bool GetBoolean(int row) => Values<bool>()[NotNull(row)];

    /// <summary>A date.</summary>
    public DateOnly GetDate(int row) => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(
        Column.Type == DuckDbType.Date ? Values<int>()[NotNull(row)] : throw Unreadable("a date"));

    /// <summary>A timestamp: its kind is Utc with a zone, otherwise Unspecified.</summary>
    public DateTime GetTimestamp(int row)
    {
        var value = Values<long>()[NotNull(row)];
        var ticks = Column.Type switch
        {
            DuckDbType.Timestamp or DuckDbType.TimestampTz => checked(value * 10),
            DuckDbType.TimestampSeconds => checked(value * TimeSpan.TicksPerSecond),
            DuckDbType.TimestampMilliseconds => checked(value * TimeSpan.TicksPerMillisecond),
            DuckDbType.TimestampNanoseconds => value / 100,
            _ => throw Unreadable("a timestamp"),
        };
        return new DateTime(
            DateTime.UnixEpoch.Ticks + ticks, Column.Type == DuckDbType.TimestampTz ? DateTimeKind.Utc : DateTimeKind.Unspecified);
    }

    /// <summary>Any value as the .NET type nearest to it; null when NULL. For single values: it boxes.</summary>
    public object? GetValue(int row) => IsNull(row) ? null : Column.Type switch
    {
        DuckDbType.Boolean => GetBoolean(row),
        DuckDbType.Float or DuckDbType.Double => GetDouble(row),
        DuckDbType.Varchar => GetString(row),
        DuckDbType.Blob => Bytes(row).ToArray(),
        DuckDbType.Date => GetDate(row),
        DuckDbType.Time => new TimeOnly(Values<long>()[row] * 10),
        DuckDbType.Timestamp or DuckDbType.TimestampSeconds or DuckDbType.TimestampMilliseconds
            or DuckDbType.TimestampNanoseconds => GetTimestamp(row),
        DuckDbType.TimestampTz => new DateTimeOffset(GetTimestamp(row)),
        DuckDbType.Decimal => GetDecimal(row),
        DuckDbType.UHugeInt => (decimal)Values<UInt128>()[row],
        DuckDbType.HugeInt or DuckDbType.UBigInt when Integer(row) is var n && (n > long.MaxValue || n < long.MinValue) => (decimal)n,
        _ => GetInt64(row),
    };

    private static void Convert<T>(ReadOnlySpan<T> source, Span<double> target) where T : INumberBase<T>
    {
        for (var i = 0; i < source.Length; i++)
        {
            target[i] = double.CreateTruncating(source[i]);
        }
    }

    private int NotNull(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Length, nameof(row));
        return IsNull(row) ? throw new InvalidOperationException($"Column {Column.Name} is NULL in row {row} of the chunk.") : row;
    }

    private Int128 Integer(int row) => Type.GetTypeCode(LayoutOf(Column)) switch
    {
        _ when Column.Type is >= DuckDbType.Timestamp and <= DuckDbType.Time => throw Unreadable("a number"),
        TypeCode.Boolean or TypeCode.Byte => ((byte*)_data)[row],
        TypeCode.SByte => ((sbyte*)_data)[row],
        TypeCode.Int16 => ((short*)_data)[row],
        TypeCode.UInt16 => ((ushort*)_data)[row],
        TypeCode.Int32 => ((int*)_data)[row],
        TypeCode.UInt32 => ((uint*)_data)[row],
        TypeCode.Int64 => ((long*)_data)[row],
        TypeCode.UInt64 => ((ulong*)_data)[row],
        _ when LayoutOf(Column) == typeof(Int128) => Unsafe.ReadUnaligned<Int128>((byte*)_data + (row * 16L)),
        _ => throw Unreadable("a number"),
    };

    private static Type? LayoutOf(DuckDbColumn column) => column.Type switch
    {
        DuckDbType.Boolean => typeof(bool),
        DuckDbType.TinyInt => typeof(sbyte),
        DuckDbType.SmallInt => typeof(short),
        DuckDbType.Integer or DuckDbType.Date => typeof(int),
        DuckDbType.BigInt or DuckDbType.Timestamp or DuckDbType.Time or DuckDbType.TimestampTz or DuckDbType.TimestampSeconds
            or DuckDbType.TimestampMilliseconds or DuckDbType.TimestampNanoseconds => typeof(long),
        DuckDbType.UTinyInt => typeof(byte),
        DuckDbType.USmallInt => typeof(ushort),
        DuckDbType.UInteger => typeof(uint),
        DuckDbType.UBigInt => typeof(ulong),
        DuckDbType.Float => typeof(float),
        DuckDbType.Double => typeof(double),
        DuckDbType.HugeInt => typeof(Int128),
        DuckDbType.UHugeInt => typeof(UInt128),
        DuckDbType.Decimal => column.Width switch
        {
            <= 4 => typeof(short),
            <= 9 => typeof(int),
            <= 18 => typeof(long),
            _ => typeof(Int128),
        },
        _ => null,
    };

    private InvalidOperationException Unreadable(string wanted) => new(
        $"Column {Column.Name} is {Column.Type} and cannot be read as {wanted}: cast it in the SQL.");
}
