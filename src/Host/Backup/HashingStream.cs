using System.Security.Cryptography;

namespace Dag.Host.Backup;

/// <summary>A file that is hashed as it is read, once and from its beginning.</summary>
internal sealed class HashingStream(FileStream file) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _hashed;

    // Whoever writes archives asks a stream that can seek how long it is.
    public override bool CanSeek => true;

    public override bool CanRead => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position { get => file.Position; set => file.Position = value; }

    /// <summary>The SHA-256 of what was read, in hexadecimal.</summary>
    /// <exception cref="InvalidDataException">It was not read to its end.</exception>
    public string Finish() => _hashed == file.Length
        ? Convert.ToHexStringLower(_hash.GetHashAndReset())
        : throw new InvalidDataException($"{file.Name} changed while it was read.");

    public override int Read(Span<byte> buffer) => Count(file.Read(buffer), buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await file.ReadAsync(buffer, cancellationToken), buffer.Span);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Count(int read, ReadOnlySpan<byte> buffer)
    {
        _hash.AppendData(buffer[..read]);
        _hashed += read;
        return read;
    }
}
