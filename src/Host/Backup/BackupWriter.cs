using System.Formats.Tar;
using System.Text.Json;
using Dag.Host.Data;
using Dag.Host.Hosting;
using Dag.Workflows.Storage;
using Dapper;

namespace Dag.Host.Backup;

/// <summary>
/// Writes all that a data folder and its database hold into one archive while they are used. The metadata are copied first, at one
/// moment; they decide which files belong to it, and those never change, and are not deleted as long as this holds on to them.
/// </summary>
internal sealed partial class BackupWriter(
    MetadataDatabase database,
    IEnumerable<MigrationSource> sources,
    IEnumerable<IVersionFiles> owners,
    DeletionHolds holds,
    DagHostOptions options,
    TimeProvider clock,
    ILogger<BackupWriter> logger)
{
    private const int Buffer = 1 << 20;
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Writes an archive, the manifest last.</summary>
    /// <returns>What it holds; null when another backup is being made.</returns>
    /// <exception cref="InvalidDataException">A published version lacks a file.</exception>
    public async Task<BackupManifest?> WriteAsync(Stream target, CancellationToken cancellationToken)
    {
        if (!await _one.WaitAsync(0, cancellationToken))
        {
            return null;
        }

        var began = clock.GetTimestamp();
        var folder = Path.Combine(options.DataFolder, DataFolder.BackupPrefix + Guid.NewGuid().ToString("N"));
        try
        {
            Directory.CreateDirectory(folder);
            await using var hold = await holds.TakeAsync("a backup", cancellationToken);
            var manifest = await WriteAsync(target, folder, cancellationToken);
            LogWritten(manifest.Files.Count, manifest.Files.Sum(f => f.Bytes), clock.GetElapsedTime(began).TotalSeconds);
            return manifest;
        }
        finally
        {
            Delete(folder);
            _one.Release();
        }
    }

    private async Task<BackupManifest> WriteAsync(Stream target, string folder, CancellationToken cancellationToken)
    {
        var createdAt = clock.GetUtcNow();
        await using var snapshot = await database.SnapshotAsync(folder, [.. sources], cancellationToken);
        var files = new List<VersionFile>();
        foreach (var owner in owners)
        {
            files.AddRange(await owner.ListAsync(snapshot.View, cancellationToken));
        }

        await using var tar = new TarWriter(target, TarEntryFormat.Pax, leaveOpen: true);
        var prefix = database.Dialect == SqlDialect.PostgreSql ? "postgresql/" : "";
        var entries = new List<BackupEntry>();
        foreach (var file in snapshot.Files)
        {
            entries.Add(await AddAsync(tar, prefix + file, Path.Combine(folder, file), cancellationToken));
        }

        var written = new Dictionary<(string Sha256, long Bytes), BackupEntry>();
        foreach (var file in files)
        {
            entries.Add(await AddOnceAsync(tar, file, written, cancellationToken));
        }

        var manifest = new BackupManifest
        {
            CreatedAt = createdAt,
            Program = ProgramVersion.Text,
            Database = database.Dialect,
            Tables = snapshot.Tables,
            Migrations = snapshot.Migrations,
            Files = entries,
            Counts = await CountAsync(snapshot.View, cancellationToken),
        };
        using var text = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, BackupManifest.Json));
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, BackupManifest.Name) { DataStream = text }, cancellationToken);
        return manifest;
    }

    // A version that continues another one shares its files: an archive has each content once.
    private static async Task<BackupEntry> AddOnceAsync(
        TarWriter tar, VersionFile file, Dictionary<(string, long), BackupEntry> written, CancellationToken cancellationToken)
    {
        var key = (file.Sha256 ?? "", new FileInfo(file.Path).Length);
        if (file.Sha256 is not null && written.TryGetValue(key, out var first))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.HardLink, file.Name) { LinkName = first.Name }, cancellationToken);
            return first with { Name = file.Name };
        }

        var entry = await AddAsync(tar, file.Name, file.Path, cancellationToken);
        if (file.Sha256 is { } known && known != entry.Sha256)
        {
            throw new InvalidDataException($"{file.Path} is damaged: its SHA-256 is not the one that was recorded when it was published.");
        }

        written.TryAdd((entry.Sha256, entry.Bytes), entry);
        return entry;
    }

    private static async Task<BackupEntry> AddAsync(TarWriter tar, string name, string path, CancellationToken cancellationToken)
    {
        await using var content = new HashingStream(new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, Buffer, FileOptions.SequentialScan | FileOptions.Asynchronous));
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content }, cancellationToken);
        return new BackupEntry(name, content.Length, content.Finish());
    }

    private static Task<BackupCounts> CountAsync(MetadataDatabase metadata, CancellationToken cancellationToken) => metadata.ReadAsync(
        async (connection, token) =>
        {
            return new BackupCounts(await CountAsync("runs"), await CountAsync("dataset_versions"), await CountAsync("model_versions"));

            Task<long> CountAsync(string table) =>
                connection.ExecuteScalarAsync<long>(new CommandDefinition($"SELECT COUNT(*) FROM {table}", cancellationToken: token));
        },
        cancellationToken);

    private void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(e, folder);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Wrote a backup of {Files} files, {Bytes} bytes, in {Seconds:0.0} s.")]
    private partial void LogWritten(int files, long bytes, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The folder {Folder} of a backup could not be deleted; the next start does it.")]
    private partial void LogNotDeleted(Exception exception, string folder);
}
