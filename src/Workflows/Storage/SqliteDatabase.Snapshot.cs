using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Dag.Workflows.Storage;

/// <summary>Copies of the file while it is used.</summary>
public sealed partial class SqliteDatabase
{
    /// <inheritdoc/>
    /// <remarks>One read transaction: writers go on beside it, and only the write-ahead log grows meanwhile.</remarks>
    public override async Task<MetadataSnapshot> SnapshotAsync(
        string folder, IReadOnlyList<MigrationSource> sources, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, StorageOptions.SqliteFile);
        try
        {
            await Task.Run(() => CopyInto(file, cancellationToken), cancellationToken);
            var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            copy.Open();
            var view = new SnapshotView(SqlDialect.Sqlite, copy);
            return new MetadataSnapshot(view, view.DisposeAsync) { Files = [StorageOptions.SqliteFile] };
        }
        catch (SqliteException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw SqliteErrors.Translate(e, _path);
        }
    }

    private void CopyInto(string file, CancellationToken cancellationToken)
    {
        using var source = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        source.Open();
        using var interruption = cancellationToken.Register(() => raw.sqlite3_interrupt(source.Handle!));
        using var command = source.CreateCommand();
        command.CommandText = "VACUUM INTO $file";
        command.CommandTimeout = 0;
        command.Parameters.AddWithValue("$file", file);
        command.ExecuteNonQuery();
    }
}
