using System.Buffers;
using System.IO.Compression;
using Dag.Workflows.Activities;

namespace Dag.Activities.Transform;

/// <summary>
/// Tells whether a gzip file is whole. Neither the engine nor .NET does: both take what a truncated file still holds. A last member of
/// our own is put behind the file; only if the file ends where a member ends does that come out again.
/// </summary>
internal static class GzipCheck
{
    private const int BufferSize = 256 << 10;
    private static readonly byte[] Mark = [0, .. "the end of the file"u8];
    private static readonly byte[] MarkMember = Compress(Mark);

    /// <summary>Refuses a file that is truncated or damaged, or whose text holds a NUL byte.</summary>
    public static void Whole(SourceFile file, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using var content = new FileStream(
                file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferSize, FileOptions.SequentialScan);
            using var text = new GZipStream(new WithMark(content), CompressionMode.Decompress);
            var kept = 0;
            var line = 1L;
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = text.Read(buffer, kept, BufferSize - kept);
                if (read == 0)
                {
                    break;
                }

                // The last bytes may be the mark: they are judged when it is known that nothing follows.
                var filled = kept + read;
                var judged = Math.Max(0, filled - Mark.Length);
                var nul = buffer.AsSpan(0, judged).IndexOf((byte)0);
                line += buffer.AsSpan(0, nul < 0 ? judged : nul).Count((byte)'\n');
                if (nul >= 0)
                {
                    throw SourceCheck.NulAt(file, line);
                }

                buffer.AsSpan(judged, filled - judged).CopyTo(buffer);
                kept = filled - judged;
            }

            if (!buffer.AsSpan(0, kept).SequenceEqual(Mark))
            {
                throw Damaged(file, "it ends in the middle, or has other bytes behind its end", null);
            }
        }
        catch (InvalidDataException e)
        {
            throw Damaged(file, e.Message.TrimEnd('.'), e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ActivityException Damaged(SourceFile file, string reason, Exception? inner) =>
        new($"{file.Path} is truncated or damaged ({reason}): send the file again. Nothing was published.", inner) { Retryable = false };

    private static byte[] Compress(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.NoCompression))
        {
            gzip.Write(bytes);
        }

        return target.ToArray();
    }

    private sealed class WithMark(FileStream content) : Stream
    {
        private int _markAt;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var read = content.Read(buffer);
            if (read == 0)
            {
                read = Math.Min(buffer.Length, MarkMember.Length - _markAt);
                MarkMember.AsSpan(_markAt, read).CopyTo(buffer);
                _markAt += read;
            }

            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
