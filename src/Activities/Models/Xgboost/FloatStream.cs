using System.Runtime.InteropServices;

namespace Dag.Activities.Models;

/// <summary>Writes numbers in single precision to a pipe, in pieces.</summary>
internal static class FloatStream
{
    private const int PieceLength = 1 << 16;

    public static async Task WriteAsync(Stream stream, EncodedRows rows, CancellationToken cancellationToken)
    {
        var perPiece = Math.Max(1, PieceLength / Math.Max(1, rows.Width));
        var buffer = new byte[perPiece * rows.Width * sizeof(float)];
        for (var start = 0; start < rows.Rows; start += perPiece)
        {
            var count = Math.Min(perPiece, rows.Rows - start);
            Fill(buffer, rows, start, count);
            await stream.WriteAsync(buffer.AsMemory(0, count * rows.Width * sizeof(float)), cancellationToken);
        }
    }

    public static async Task WriteAsync(Stream stream, double[] numbers, CancellationToken cancellationToken)
    {
        var floats = Array.ConvertAll(numbers, n => (float)n);
        await stream.WriteAsync(MemoryMarshal.AsBytes(floats.AsSpan()).ToArray(), cancellationToken);
    }

    private static void Fill(byte[] buffer, EncodedRows rows, int start, int count)
    {
        var floats = MemoryMarshal.Cast<byte, float>(buffer.AsSpan());
        for (var i = 0; i < count; i++)
        {
            rows.Expand(start + i, floats.Slice(i * rows.Width, rows.Width));
        }
    }
}
