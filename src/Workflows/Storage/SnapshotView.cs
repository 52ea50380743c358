using System.Data.Common;

namespace Dag.Workflows.Storage;

/// <summary>A database that is read through one connection, which sees one moment.</summary>
internal sealed class SnapshotView(SqlDialect dialect, DbConnection connection) : MetadataDatabase
{
    private readonly SemaphoreSlim _one = new(1, 1);

    public override SqlDialect Dialect => dialect;

    public override Task MigrateAsync(IReadOnlyList<MigrationSource> sources, CancellationToken cancellationToken) => throw ReadOnly();

    public override async Task<T> ReadAsync<T>(Func<DbConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return await read(connection, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public override Task<T> WriteAsync<T>(Func<DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken) => throw ReadOnly();

    public override Task<MetadataSnapshot> SnapshotAsync(
        string folder, IReadOnlyList<MigrationSource> sources, CancellationToken cancellationToken) => throw ReadOnly();

    public override ValueTask DisposeAsync()
    {
        _one.Dispose();
        return connection.DisposeAsync();
    }

    private static NotSupportedException ReadOnly() => new("A snapshot is only read.");
}
