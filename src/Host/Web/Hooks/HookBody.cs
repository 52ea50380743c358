namespace Dag.Host.Web.Hooks;

/// <summary>The body of a request, read once: no more of it than is allowed, and its signature follows what is read.</summary>
/// <param name="body">What is sent.</param>
/// <param name="declared">How many bytes the caller says that it sends; null when it does not. None of them is asked for if they are too many.</param>
/// <param name="limit">How many bytes there may be.</param>
/// <param name="signature">What it is signed with.</param>
internal sealed class HookBody(Stream body, long? declared, long limit, HookSignature? signature) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    /// <summary>Whether more was sent than is allowed.</summary>
    public bool IsTooLarge { get; private set; }

    /// <exception cref="HookRefusedException">There is more than is allowed.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Allow(declared, limit);
        var count = await body.ReadAsync(buffer, cancellationToken);
        _read += count;
        Allow(_read, limit);
        signature?.Append(buffer.Span[..count]);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>All of it, which may be no more than this.</summary>
    public async Task<byte[]> ReadAllAsync(int most, CancellationToken cancellationToken)
    {
        Allow(declared, most);
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await ReadAsync(buffer, cancellationToken)) > 0)
        {
            Allow(content.Length + count, most);
            content.Write(buffer, 0, count);
        }

        return content.ToArray();
    }

    /// <summary>Reads what nobody wanted, for the signature's sake.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (await ReadAsync(buffer, cancellationToken) > 0)
        {
        }
    }

    public static HookRefusedException TooLarge(long limit) => HookRefusedException.TooLarge($"The body may have {limit:N0} bytes at the most.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Allow(long? size, long most)
    {
        if (size > most)
        {
            IsTooLarge = true;
            throw TooLarge(most);
        }
    }
}
