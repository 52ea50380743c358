using System.Data;
using Npgsql;

namespace Dag.Workflows.Storage;

/// <summary>Copies of the tables while they are used, and back into an empty database.</summary>
public sealed partial class PostgreSqlDatabase
{
    /// <inheritdoc/>
    /// <remarks>One read-only transaction at REPEATABLE READ, open until the snapshot is disposed: writers go on beside it.</remarks>
    public override async Task<MetadataSnapshot> SnapshotAsync(
        string folder, IReadOnlyList<MigrationSource> sources, CancellationToken cancellationToken)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = await _source.OpenConnectionAsync(cancellationToken);
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            var view = new SnapshotView(SqlDialect.PostgreSql, connection);
            var migrations = await PostgreSqlCopy.MigrationsAsync(connection, cancellationToken);
            var tables = await PostgreSqlCopy.ExportAsync(connection, sources, folder, cancellationToken);
            connection = null;
            return new MetadataSnapshot(view, CloseAsync) { Files = [.. tables.Select(t => t.File)], Tables = tables, Migrations = migrations };

            async ValueTask CloseAsync()
            {
                await transaction.DisposeAsync();
                await view.DisposeAsync();
            }
        }
        catch (NpgsqlException e)
        {
            throw PostgreSqlErrors.Translate(e, _server);
        }
        finally
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    /// <summary>Fills an empty database with the tables of a snapshot: all of them or none.</summary>
    /// <param name="folder">Where the files lie.</param>
    /// <param name="tables">The tables, each after those that it refers to.</param>
    /// <param name="migrations">The scripts that had made them.</param>
    /// <param name="sources">All scripts that this program has.</param>
    /// <param name="beforeCommit">Called when all is filled in; if it throws, the database stays as it was.</param>
    /// <param name="cancellationToken">Stops, and leaves the database as it was.</param>
    /// <exception cref="MigrationException">The database holds data already, or the snapshot is of a newer program.</exception>
    public async Task RestoreAsync(
        string folder,
        IReadOnlyList<TableCopy> tables,
        IReadOnlyList<AppliedMigration> migrations,
        IReadOnlyList<MigrationSource> sources,
        Action beforeCommit,
        CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await PostgreSqlCopy.DropEmptyAsync(connection, sources, _server, cancellationToken);
            await _migrator.ApplyAsync(transaction, sources, migrations, cancellationToken);
            await PostgreSqlCopy.ImportAsync(connection, folder, tables, cancellationToken);
            beforeCommit();
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (NpgsqlException e)
        {
            throw PostgreSqlErrors.Translate(e, _server);
        }
    }
}
