using System.Security.Cryptography;
using System.Text.Json;
using Dag.Activities.Lake;
using Dag.Host.Data;
using Dag.Host.Hosting;
using Dag.Workflows.Storage;

namespace Dag.Host.Backup;

/// <summary>Restores a verified archive into a data folder, and into PostgreSQL where that has the metadata.</summary>
internal sealed class FolderRestore(BackupArchive archive, DagHostOptions options)
{
    private const string TablesFolder = "postgresql";

    private readonly string _id = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(archive.Manifest, BackupManifest.Json)));

    /// <summary>
    /// Whether opening the folder has completed an interrupted restore of this backup. Of PostgreSQL's it has not: there the transaction
    /// ends after the files are in place.
    /// </summary>
    public bool IsDoneBy(DataFolder folder) => archive.Manifest.Database == SqlDialect.Sqlite && folder.Restored == _id;

    /// <exception cref="UsageException">The folder holds something beside what every start makes.</exception>
    public static void CheckEmpty(string dataFolder)
    {
        if (!Directory.Exists(dataFolder))
        {
            return;
        }

        var held = Directory.EnumerateFileSystemEntries(dataFolder).Select(e => Path.GetFileName(e)!).Where(n => !DataFolder.IsOwnFile(n)).Order(StringComparer.Ordinal).ToList();
        if (held.Count > 0)
        {
            throw new UsageException(
                $"The folder {Path.GetFullPath(dataFolder)} is not empty: it holds {string.Join(", ", held.Take(5))}{(held.Count > 5 ? ", …" : "")}. " +
                "Name another one with --data, or let the backup replace what it holds with --replace.");
        }
    }

    /// <exception cref="UsageException">The backup is of the other database.</exception>
    public void CheckDatabase()
    {
        switch (archive.Manifest.Database, options.ConnectionString)
        {
            case (SqlDialect.PostgreSql, null):
                throw new UsageException(
                    $"{archive.Path} was made with PostgreSQL: set the environment variable {DagHostOptions.ConnectionVariable} to the connection string of an empty database.");
            case (SqlDialect.Sqlite, not null):
                throw new UsageException(
                    $"{archive.Path} was made with the embedded database, and {DagHostOptions.ConnectionVariable} names one of PostgreSQL: restore it without that variable.");
        }
    }

    /// <summary>Unpacks beside what the folder holds, checks the schema, and switches.</summary>
    public async Task RunAsync(string dataFolder, bool replace, CancellationToken cancellationToken)
    {
        if (!replace)
        {
            CheckEmpty(dataFolder);
        }

        var files = RestoreSwitch.Prepare(dataFolder);
        await archive.ExtractAsync(files, cancellationToken);
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddDag(options with { DataFolder = options.ConnectionString is null ? files : dataFolder })
            .BuildServiceProvider();
        var database = services.GetRequiredService<MetadataDatabase>();
        MigrationSource[] sources = [.. services.GetServices<MigrationSource>()];
        if (database is PostgreSqlDatabase server)
        {
            var tables = Path.Combine(dataFolder, DataFolder.BackupPrefix + "tables");
            LakeFiles.DeleteFolder(tables);
            Directory.Move(Path.Combine(files, TablesFolder), tables);
            await server.RestoreAsync(
                tables, archive.Manifest.Tables, archive.Manifest.Migrations, sources, () => Switch(dataFolder), cancellationToken);
            LakeFiles.DeleteFolder(tables);
            return;
        }

        // A schema that is newer than this program is found out now; an older one is brought up to date as every start does.
        await database.MigrateAsync(sources, cancellationToken);
        await database.DisposeAsync();
        Switch(dataFolder);
    }

    private void Switch(string dataFolder)
    {
        RestoreSwitch.Decide(dataFolder, _id);
        RestoreSwitch.Recover(dataFolder);
    }
}
