using System.Runtime.InteropServices;

namespace Dag.Activities.DuckDb;

/// <summary><c>duckdb_result</c>: five deprecated fields and the pointer that counts.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeResult
{
    public ulong ColumnCount;
    public ulong RowCount;
    public ulong RowsChanged;
    public nint Columns;
    public nint ErrorMessage;
    public nint Internal;
}

/// <summary><c>duckdb_query_progress_type</c>; a percentage of -1 means unknown.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeProgress
{
    public double Percentage;
    public ulong RowsProcessed;
    public ulong RowsInAll;
}

/// <summary><c>duckdb_decimal</c>: the value is the integer over ten to the power of the scale.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeDecimal
{
    public byte Width;
    public byte Scale;
    public ulong Lower;
    public long Upper;
}

/// <summary><c>duckdb_string_t</c>: up to 12 bytes lie inside, longer ones behind a pointer.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct NativeString
{
    private const int InlineLength = 12;

    [FieldOffset(0)]
    public uint Length;

    [FieldOffset(4)]
    private fixed byte _inlined[InlineLength];

    [FieldOffset(8)]
    private byte* _pointer;

    /// <summary>The bytes of a string that lies in native memory; <paramref name="value"/> must not be a copy on a moving stack.</summary>
    public static ReadOnlySpan<byte> Bytes(NativeString* value) =>
        new(value->Length <= InlineLength ? value->_inlined : value->_pointer, checked((int)value->Length));
}
