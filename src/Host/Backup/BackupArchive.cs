using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using Dag.Activities.Lake;
using Dag.Host.Hosting;

namespace Dag.Host.Backup;

/// <summary>
/// An archive that was written somewhere, and may have suffered since. Nothing of it is believed before all of it has been read and
/// every hash compared; what is no plain file, or leads elsewhere, is refused.
/// </summary>
internal sealed class BackupArchive
{
    private const int Buffer = 1 << 20;
    private const long LargestManifest = 256 << 20;

    private BackupArchive(string path, BackupManifest manifest)
    {
        Path = path;
        Manifest = manifest;
    }

    /// <summary>The archive's file.</summary>
    public string Path { get; }

    /// <summary>What it holds.</summary>
    public BackupManifest Manifest { get; }

    /// <summary>Reads all of an archive and compares every hash.</summary>
    /// <exception cref="UsageException">It is no archive, not whole, or damaged; the message names what and where.</exception>
    public static async Task<BackupArchive> VerifyAsync(string path, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, BackupEntry>(StringComparer.Ordinal);
        BackupManifest? manifest = null;
        await ForEachAsync(path, manifest: null, cancellationToken, async entry =>
        {
            Refuse(manifest is not null, $"{path} is damaged: there is more behind its manifest.");
            if (entry.Name == BackupManifest.Name)
            {
                manifest = await ReadManifestAsync(path, entry, cancellationToken);
                return;
            }

            Refuse(!IsSafe(entry.Name), $"{path} is no backup of this service: it holds '{entry.Name}', which leads out of the data folder.");
            var added = entry.EntryType == TarEntryType.HardLink
                ? found.TryGetValue(entry.LinkName, out var first) && found.TryAdd(entry.Name, first with { Name = entry.Name })
                : found.TryAdd(entry.Name, new BackupEntry(entry.Name, entry.Length, await HashAsync(entry, cancellationToken)));
            Refuse(!added, $"{path} is damaged: '{entry.Name}' is in it twice, or links to what is not there.");
        });

        Refuse(manifest is null, $"{path} is not whole: its manifest is missing. Use another backup.");
        Refuse(manifest!.Format != BackupManifest.ThisFormat, $"{path} has the format {manifest.Format}, which this version of the program does not know.");
        foreach (var file in manifest.Files)
        {
            Refuse(!found.Remove(file.Name, out var read), $"{path} is damaged: {file.Name} is missing.");
            Refuse(read != file, $"{path} is damaged: {file.Name} is not what the manifest says (its SHA-256 differs). Use another backup.");
        }

        Refuse(found.Count > 0, $"{path} is damaged: {found.Keys.FirstOrDefault()} is not in its manifest.");
        return new BackupArchive(path, manifest);
    }

    /// <summary>Unpacks it into an empty folder, durably, and compares every hash again.</summary>
    /// <exception cref="UsageException">It is not what it was when it was verified.</exception>
    public async Task ExtractAsync(string folder, CancellationToken cancellationToken)
    {
        var expected = Manifest.Files.ToDictionary(f => f.Name, StringComparer.Ordinal);
        await ForEachAsync(Path, Manifest, cancellationToken, async entry =>
        {
            if (entry.Name == BackupManifest.Name)
            {
                return;
            }

            Refuse(!expected.Remove(entry.Name, out var file), $"{Path} has changed since it was verified.");
            var target = System.IO.Path.Combine(folder, entry.Name);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            if (entry.EntryType == TarEntryType.HardLink)
            {
                LakeFiles.LinkOrCopy(System.IO.Path.Combine(folder, entry.LinkName), target);
                return;
            }

            var hash = await WriteAsync(entry, target, cancellationToken);
            Refuse(hash != file!.Sha256, $"{Path} has changed since it was verified: {entry.Name} differs.");
        });
        Refuse(expected.Count > 0, $"{Path} has changed since it was verified.");
    }

    private static async Task ForEachAsync(string path, BackupManifest? manifest, CancellationToken cancellationToken, Func<TarEntry, Task> handle)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, Buffer, FileOptions.SequentialScan | FileOptions.Asynchronous);
            await using var tar = new TarReader(file);
            while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.HardLink)
                {
                    await handle(entry);
                }
                else
                {
                    throw new UsageException($"{path} is no backup of this service: '{entry.Name}' is not a plain file.");
                }
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UsageException($"There is no file {path}.");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"{path} {(manifest is null ? "is no backup of this service, or is not whole" : "has changed since it was verified")}: {e.Message}");
        }
    }

    private static async Task<BackupManifest> ReadManifestAsync(string path, TarEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            Refuse(entry.Length > LargestManifest || entry.DataStream is null, $"{path} is no backup of this service: its manifest has {entry.Length:N0} bytes.");
            return (await JsonSerializer.DeserializeAsync<BackupManifest>(entry.DataStream!, BackupManifest.Json, cancellationToken))!;
        }
        catch (JsonException e)
        {
            throw new UsageException($"{path} is damaged: its manifest cannot be read. {e.Message}");
        }
    }

    private static async Task<string> HashAsync(TarEntry entry, CancellationToken cancellationToken) => Convert.ToHexStringLower(
        entry.DataStream is { } content ? await SHA256.HashDataAsync(content, cancellationToken) : SHA256.HashData([]));

    private static async Task<string> WriteAsync(TarEntry entry, string target, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        var buffer = new byte[Buffer];
        int read;
        while (entry.DataStream is { } content && (read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        file.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool IsSafe(string name) =>
        name.Length is > 0 and < 1000 && !name.AsSpan().ContainsAny(['\\', ':', '\0']) && name.Split('/').All(part => part is not ("" or "." or ".."));

    private static void Refuse(bool condition, string message)
    {
        if (condition)
        {
            throw new UsageException(message);
        }
    }
}
