using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text.Unicode;
using Dag.Workflows.Activities;
using Microsoft.Win32.SafeHandles;

namespace Dag.Activities.Transform;

/// <summary>
/// Looks at a file's first bytes for what would make the engine's message hard to understand, and at all of them for NULs.
/// </summary>
internal static class SourceCheck
{
    private const int SampleBytes = 64 << 10;
    private const int ScanBuffer = 1 << 20;

    /// <summary>Refuses an empty file, another kind of file, and text in another encoding.</summary>
    public static void Content(SourceFile file, SafeFileHandle handle)
    {
        if (file.Bytes == 0)
        {
            throw Fault($"{file.Path} is empty (0 bytes).");
        }

        var sample = new byte[(int)Math.Min(SampleBytes, file.Bytes)];
        var bytes = sample.AsSpan(0, RandomAccess.Read(handle, sample, 0));
        var kind = bytes switch
        {
            [0x1f, 0x8b, ..] when !file.Gzip => "is compressed with gzip: name it .gz",
            _ when bytes.StartsWith("PK\x03\x04"u8) => "is a ZIP or Excel file: unpack it, or export it as CSV",
            _ when bytes.StartsWith("PAR1"u8) && file.Format != SourceFormat.Parquet
                => "is a Parquet file: set format to parquet, or name it .parquet",
            _ when bytes is [0x28, 0xb5, 0x2f, 0xfd, ..] => "is compressed with zstd: decompress it, or use gzip",
            _ when bytes.StartsWith("BZh"u8) => "is compressed with bzip2: decompress it, or use gzip",
            _ => null,
        };
        if (kind is not null)
        {
            throw Fault($"{file.Path} {kind}.");
        }

        if (file.Gzip && bytes is not [0x1f, 0x8b, ..])
        {
            throw Fault($"{file.Path} is not compressed with gzip although its name ends in .gz: rename it.");
        }
    }

    /// <summary>Refuses text whose encoding is not the one given.</summary>
    public static void Encoding(SourceFile file, string encoding)
    {
        if (file.Gzip || !(file.IsDelimited || file.IsJson))
        {
            return;
        }

        using var handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var sample = new byte[(int)Math.Min(SampleBytes, file.Bytes)];
        var bytes = sample.AsSpan(0, RandomAccess.Read(handle, sample, 0));
        var found = Detect(bytes, complete: bytes.Length == file.Bytes);
        if (found is null || found.Equals(encoding, StringComparison.OrdinalIgnoreCase)
            || (found == "latin-1" && !encoding.Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            return;
        }

        throw Fault(found switch
        {
            "utf-32" => $"{file.Path} is UTF-32: convert it to UTF-8.",
            "utf-16" when file.IsJson => $"{file.Path} is UTF-16: convert it to UTF-8.",
            "latin-1" when file.IsJson => $"{file.Path} is not UTF-8 (it looks like Latin-1 or Windows-1252): convert it to UTF-8.",
            "utf-16" => $"{file.Path} is UTF-16: set encoding to utf-16.",
            _ => $"{file.Path} is not UTF-8 (it looks like Latin-1 or Windows-1252): set encoding to latin-1.",
        });
    }

    /// <summary>Refuses text with a NUL byte, wherever it is.</summary>
    public static void NoNul(SourceFile file, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = ArrayPool<byte>.Shared.Rent(ScanBuffer);
        try
        {
            for (long offset = 0; ;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = RandomAccess.Read(handle, buffer, offset);
                if (read == 0)
                {
                    return;
                }

                NoNul(file, handle, buffer.AsSpan(0, read), offset);
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Refuses text with a NUL byte in these bytes, which were read from there.</summary>
    public static void NoNul(SourceFile file, SafeFileHandle handle, ReadOnlySpan<byte> bytes, long offset)
    {
        var at = bytes.IndexOf((byte)0);
        if (at >= 0)
        {
            throw NulAt(file, LineOf(handle, offset + at));
        }
    }

    public static ActivityException NulAt(SourceFile file, long line) => Fault(string.Create(
        CultureInfo.InvariantCulture,
        $"{file.Path} holds a NUL byte in line {line:N0}: the file is damaged, or not text. Remove it (tr -d '\\000'), or send the file " +
        $"again."));

    /// <summary>Whether one of the first lines holds a double quote.</summary>
    public static bool QuotesIn(SourceFile file, int lines, CancellationToken cancellationToken)
    {
        using var content = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        using var text = file.Gzip ? new GZipStream(content, CompressionMode.Decompress) : (Stream)content;
        var buffer = new byte[SampleBytes];
        for (var counted = 0; counted < lines;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var bytes = buffer.AsSpan(0, text.Read(buffer));
            if (bytes.Contains((byte)'"'))
            {
                return true;
            }

            if (bytes.IsEmpty)
            {
                return false;
            }

            counted += bytes.Count((byte)'\n');
        }

        return false;
    }

    private static long LineOf(SafeFileHandle handle, long end)
    {
        var buffer = new byte[ScanBuffer];
        var line = 1L;
        for (long offset = 0; offset < end;)
        {
            var read = RandomAccess.Read(handle, buffer, offset);
            var counted = (int)Math.Min(read, end - offset);
            line += buffer.AsSpan(0, counted).Count((byte)'\n');
            offset += Math.Max(counted, 1);
        }

        return line;
    }

    private static string? Detect(ReadOnlySpan<byte> bytes, bool complete)
    {
        if (bytes is [0xff, 0xfe, 0, 0, ..] or [0, 0, 0xfe, 0xff, ..])
        {
            return "utf-32";
        }

        if (bytes is [0xff, 0xfe, ..] or [0xfe, 0xff, ..] || LooksLikeUtf16(bytes))
        {
            return "utf-16";
        }

        // The sample may end within a character of up to four bytes.
        for (var cut = 0; cut <= (complete ? 0 : 3) && cut < bytes.Length; cut++)
        {
            if (Utf8.IsValid(bytes[..^cut]))
            {
                return null;
            }
        }

        return "latin-1";
    }

    // Text of western scripts in UTF-16 has a NUL in every other place, always the same one.
    private static bool LooksLikeUtf16(ReadOnlySpan<byte> bytes)
    {
        Span<int> nuls = stackalloc int[2];
        var counted = Math.Min(bytes.Length, 4096) & ~1;
        for (var i = 0; i < counted; i++)
        {
            nuls[i & 1] += bytes[i] == 0 ? 1 : 0;
        }

        return counted >= 4 && Math.Max(nuls[0], nuls[1]) > counted * 0.35 && Math.Min(nuls[0], nuls[1]) < counted * 0.05;
    }

    private static ActivityException Fault(string message) => new(message) { Retryable = false };
}
