using Dapper;

namespace Dag.Workflows.Storage;

/// <summary>Blobs in the metadata database, in the table that the run log writes too.</summary>
internal sealed class SqlBlobStore(MetadataDatabase database) : IBlobStore
{
    public Task PutAsync(IReadOnlyList<Blob> blobs, CancellationToken cancellationToken)
    {
        // In one order everywhere, so that two nodes that store the same blobs cannot wait for each other.
        var rows = blobs.OrderBy(b => b.Hash, StringComparer.Ordinal).Select(b => new { b.Hash, Content = b.Content.ToArray() }).ToArray();
        return database.WriteAsync(
            (transaction, token) => transaction.Connection!.ExecuteAsync(new CommandDefinition(
                "INSERT INTO blobs (hash, content) VALUES (@Hash, @Content) ON CONFLICT DO NOTHING",
                rows, transaction, cancellationToken: token)),
            cancellationToken);
    }

    public Task<byte[]?> GetAsync(string hash, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, token) => connection.ExecuteScalarAsync<byte[]>(
            new CommandDefinition("SELECT content FROM blobs WHERE hash = @hash", new { hash }, cancellationToken: token)),
        cancellationToken);
}
