using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Microsoft.Win32.SafeHandles;

namespace Dag.Activities.Transform;

/// <summary>
/// Looks at all bytes of a CSV file for fields of which the engine would drop something without a word, 64 bytes at a time, so that the
/// engine can convert them itself: checked in SQL, as texts, they cost five times as much. In doubt it says that something may be lost.
/// </summary>
internal sealed class FieldScan
{
    private const int BlockBytes = 64;
    private const int BufferBytes = 256 << 10;
    private const int DigitsOfTime = 12; // 10:30:00.123456
    private const int DigitsOfTimestamp = 20;
    private const int LengthOfDate = 10;

    private readonly FieldGuard[] _guards;
    private readonly byte _delimiter;
    private readonly byte _quote;
    private readonly bool _carriageReturns;
    private int _column;
    private bool _inQuotes;
    private bool _afterCarriageReturn;
    private bool _mayOpenQuotes = true;
    private Field _begun;

    private FieldScan(CsvLayout layout, IReadOnlyList<FieldGuard> guards)
    {
        // Columns behind the last one with a guard are skipped, and so is the header.
        _guards = [.. guards.Reverse().SkipWhile(g => g == FieldGuard.None).Reverse()];
        _column = layout.Header ? _guards.Length : 0;
        _delimiter = (byte)layout.Delimiter[0];
        _quote = layout.Quote.Length == 0 ? default : (byte)layout.Quote[0];
        _carriageReturns = layout.NewLine == CsvLayout.CarriageReturns;
    }

    /// <summary>Whether the engine may drop something of a field when it converts the file.</summary>
    /// <param name="file">The file, not compressed, in UTF-8 or another encoding that has ASCII's bytes for ASCII's characters only.</param>
    /// <param name="layout">How it is written; <see cref="CsvLayout.IsPlain"/>.</param>
    /// <param name="guards">What is looked for in each of its columns.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    /// <exception cref="Workflows.Activities.ActivityException">It holds a NUL byte.</exception>
    public static bool MayLose(SourceFile file, CsvLayout layout, IReadOnlyList<FieldGuard> guards, CancellationToken cancellationToken)
    {
        var scan = new FieldScan(layout, guards);
        using var handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (long offset = 0; ;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = Fill(handle, buffer.AsSpan(0, BufferBytes), offset);
                var bytes = buffer.AsSpan(0, read);
                SourceCheck.NoNul(file, handle, bytes, offset);
                if (read < BufferBytes)
                {
                    return scan.Scan(bytes[..^(read % BlockBytes)]) || scan.ScanEnd(bytes[^(read % BlockBytes)..]);
                }

                if (scan.Scan(bytes))
                {
                    return true;
                }

                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Fill(SafeFileHandle handle, Span<byte> buffer, long offset)
    {
        var filled = 0;
        while (filled < buffer.Length && RandomAccess.Read(handle, buffer[filled..], offset + filled) is > 0 and var read)
        {
            filled += read;
        }

        return filled;
    }

    // Line ends behind the last line end it, and are no lines themselves.
    private bool ScanEnd(ReadOnlySpan<byte> bytes)
    {
        Span<byte> block = stackalloc byte[BlockBytes];
        bytes.CopyTo(block);
        for (var i = bytes.Length; i < BlockBytes; i++)
        {
            block[i] = _carriageReturns && (i - bytes.Length) % 2 == 0 ? (byte)'\r' : (byte)'\n';
        }

        return Scan(block) || _inQuotes;
    }

    // A file is read before the runtime would find out that this is worth optimising.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Scan(ReadOnlySpan<byte> blocks)
    {
        var doubtful = false;
        for (; blocks.Length >= BlockBytes && !doubtful; blocks = blocks[BlockBytes..])
        {
            doubtful = ScanBlock(Vector256.Create(blocks), Vector256.Create(blocks[Vector256<byte>.Count..]));
        }

        return doubtful;
    }

    // Bit i of each mask is byte i of the block.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool ScanBlock(Vector256<byte> low, Vector256<byte> high)
    {
        var lineEnds = Mask(low, high, (byte)'\n');
        var returns = Mask(low, high, (byte)'\r');
        var separators = Mask(low, high, _delimiter) | lineEnds;
        var quotes = Mask(low, high, _quote); // Of none there are none: NULs are refused.
        var doubtful = OddLineEnd(returns, lineEnds);
        if (quotes != 0 || _inQuotes)
        {
            doubtful |= LeaveOutQuoted(quotes, ref separators, ref lineEnds);
        }
        else
        {
            _mayOpenQuotes = separators >> (BlockBytes - 1) != 0;
        }

        var lowerCase = Vector256.Create((byte)0x20);
        var zero = Vector256.Create((byte)'0');
        var nine = Vector256.Create((byte)9);
        var digits = Mask(Vector256.LessThanOrEqual(low - zero, nine), Vector256.LessThanOrEqual(high - zero, nine));
        var dashes = Mask(low, high, (byte)'-');
        var block = new Field
        {
            Fractions = Mask(low, high, (byte)'.') | Mask(low | lowerCase, high | lowerCase, (byte)'e'),
            Others = ~(digits | dashes | separators | returns | quotes),
        };
        return doubtful | ScanFields(block, digits, dashes, separators, lineEnds);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool ScanFields(Field block, ulong digits, ulong dashes, ulong separators, ulong lineEnds)
    {
        var doubtful = false;
        var left = ulong.MaxValue;
        var column = _column;
        while (true)
        {
            if (column == _guards.Length)
            {
                var nextLine = lineEnds & left;
                if (nextLine == 0)
                {
                    left = 0;
                    break;
                }

                left &= ~UpToLowest(nextLine);
                column = 0;
            }

            var ends = separators & left;
            if (ends == 0 || _guards.Length == 0)
            {
                break;
            }

            var upTo = UpToLowest(ends);
            var field = upTo & left;
            left &= ~upTo;
            doubtful |= _guards[column] switch
            {
                FieldGuard.None => false,
                FieldGuard.WholeNumber => (_begun.Fractions | (block.Fractions & field)) != 0,
                FieldGuard.Date => (_begun.Others | (block.Others & field)) != 0
                    || !IsDate(_begun.Digits + BitOperations.PopCount(digits & field), _begun.Dashes + BitOperations.PopCount(dashes & field)),
                FieldGuard.Time => _begun.Digits + BitOperations.PopCount(digits & field) > DigitsOfTime,
                _ => _begun.Digits + BitOperations.PopCount(digits & field) > DigitsOfTimestamp,
            };
            _begun = default;
            column = (lineEnds & field) != 0 ? 0 : column + 1;
        }

        _column = column;
        _begun.Fractions |= block.Fractions & left;
        _begun.Others |= block.Others & left;
        _begun.Digits += BitOperations.PopCount(digits & left);
        _begun.Dashes += BitOperations.PopCount(dashes & left);
        return doubtful;
    }

    // With nothing but digits and dashes in it; nothing at all is a missing value.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsDate(int digits, int dashes) => dashes == 2 ? digits + dashes <= LengthOfDate : digits + dashes == 0;

    // The engine may or may not take it for the end of a line.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool OddLineEnd(ulong returns, ulong lineEnds)
    {
        var afterReturns = (returns << 1) | (_afterCarriageReturn ? 1UL : 0);
        _afterCarriageReturn = returns >> (BlockBytes - 1) != 0;
        return (afterReturns & ~lineEnds) != 0 || (_carriageReturns && (lineEnds & ~afterReturns) != 0);
    }

    // Quotes open behind a separator, or behind a quote within quotes that is written twice. Others are in doubt.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool LeaveOutQuoted(ulong quotes, ref ulong separators, ref ulong lineEnds)
    {
        var quoted = quotes;
        for (var shift = 1; shift < BlockBytes; shift <<= 1)
        {
            quoted ^= quoted << shift;
        }

        quoted ^= _inQuotes ? ulong.MaxValue : 0;
        separators &= ~quoted;
        lineEnds &= ~quoted;
        var mayOpen = ((separators | quotes) << 1) | (_mayOpenQuotes ? 1UL : 0);
        _inQuotes = quoted >> (BlockBytes - 1) != 0;
        _mayOpenQuotes = (separators | quotes) >> (BlockBytes - 1) != 0;
        return (quotes & quoted & ~mayOpen) != 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong UpToLowest(ulong bits) => bits ^ (bits - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(Vector256<byte> low, Vector256<byte> high, byte value) =>
        Mask(Vector256.Equals(low, Vector256.Create(value)), Vector256.Equals(high, Vector256.Create(value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(Vector256<byte> low, Vector256<byte> high) =>
        low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);

    /// <summary>What is in a field, or in the part of it that earlier blocks held.</summary>
    private struct Field
    {
        /// <summary>Points, and the letter e.</summary>
        public ulong Fractions;

        /// <summary>What no date has.</summary>
        public ulong Others;

        public int Digits;

        public int Dashes;
    }
}
