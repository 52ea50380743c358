using Dag.Tests;
using Dag.Workflows.Storage;

namespace Dag.Workflows.Tests.Storage;

/// <summary>What the store of blobs promises on every database.</summary>
public abstract class BlobStoreContract : IAsyncLifetime
{
    private TestDatabase _test = null!;
    private SqlBlobStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _test = await CreateAsync();
        _store = new SqlBlobStore(_test.Open());
    }

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Content_is_found_under_its_hash()
    {
        var blobs = new[] { Blob.Of("abc"u8.ToArray()), Blob.Of(new byte[100_000]), Blob.Of(Array.Empty<byte>()) };
        await _store.PutAsync(blobs, Token);
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", blobs[0].Hash);
        foreach (var blob in blobs)
        {
            Assert.Equal(blob.Content.ToArray(), await _store.GetAsync(blob.Hash, Token));
        }
    }

    [Fact]
    public async Task What_is_not_stored_is_null() => Assert.Null(await _store.GetAsync(Blob.Of("abc"u8.ToArray()).Hash, Token));

    [Fact]
    public async Task The_same_content_can_be_put_again_and_by_many_at_once()
    {
        var blobs = Enumerable.Range(0, 20).Select(i => Blob.Of(BitConverter.GetBytes(i))).ToArray();
        var other = new SqlBlobStore(_test.Open());
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(
            () => (i % 2 == 0 ? _store : other).PutAsync(i % 3 == 0 ? [.. blobs.Reverse()] : blobs, Token), Token)));
        Assert.Equal(BitConverter.GetBytes(19), await _store.GetAsync(blobs[19].Hash, Token));
    }

    private protected abstract Task<TestDatabase> CreateAsync();
}
