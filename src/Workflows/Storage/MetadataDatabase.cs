using System.Data.Common;

namespace Dag.Workflows.Storage;

/// <summary>The database of metadata. Plain SQL that both dialects accept, through Dapper or commands.</summary>
public abstract class MetadataDatabase : IAsyncDisposable
{
    /// <summary>Which database it is, for the few statements that differ.</summary>
    public abstract SqlDialect Dialect { get; }

    /// <summary>Brings the schema up to date with the numbered scripts of these sources, each script once, in order.</summary>
    public abstract Task MigrateAsync(IReadOnlyList<MigrationSource> sources, CancellationToken cancellationToken);

    /// <summary>Reads on a connection of its own; sees what is committed.</summary>
    public abstract Task<T> ReadAsync<T>(Func<DbConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken);

    /// <summary>
    /// Writes atomically: all or nothing, durable when the task completes. On SQLite the writes that wait together share one commit
    /// (each in a savepoint of its own), so the delegate must do nothing but talk to the database.
    /// </summary>
    public abstract Task<T> WriteAsync<T>(Func<DbTransaction, CancellationToken, Task<T>> write, CancellationToken cancellationToken);

    /// <summary>Copies all that is committed at one moment into files, while it is used.</summary>
    /// <param name="folder">An empty folder for the files.</param>
    /// <param name="sources">The scripts that make the tables.</param>
    /// <param name="cancellationToken">Stops; what is written so far is the caller's to delete.</param>
    /// <exception cref="MetadataUnavailableException">The database does not answer, or the disk is full.</exception>
    public abstract Task<MetadataSnapshot> SnapshotAsync(
        string folder, IReadOnlyList<MigrationSource> sources, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
