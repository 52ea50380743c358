using System.Text.Json;

namespace Dag.Host.Data;

/// <summary>
/// The one folder that holds all state of the embedded service, held by one process at a time. The operating system frees the lock when
/// the process ends, however it ends, so that nothing has to be cleaned up after a crash.
/// </summary>
/// <remarks>
/// The lock is on the file <c>dag.lock</c>, which is never deleted: deleting it would let two processes lock two files of one name.
/// <c>server.json</c> beside it is only information, and is believed only while the lock is held.
/// </remarks>
internal sealed class DataFolder : IDisposable
{
    /// <summary>What the names of the folders begin with in which backups keep what they are copying; left behind, they are deleted at the next start.</summary>
    public const string BackupPrefix = ".backup-";

    private const string LockFile = "dag.lock";
    private const string InfoFile = "server.json";

    // FindServer holds the lock for an instant, so a lock is only believed when it is still held after several looks.
    private const int Looks = 5;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(30);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly FileStream _lock;
    private readonly bool _isTemporary;
    private ServerInfo _info;

    private DataFolder(string path, FileStream held, bool isTemporary, TimeProvider timeProvider)
    {
        Path = path;
        _lock = held;
        _isTemporary = isTemporary;
        _info = new ServerInfo { ProcessId = Environment.ProcessId, StartedAt = timeProvider.GetUtcNow() };
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>The restore that was interrupted in this folder and was completed when it was opened; null when there was none.</summary>
    public string? Restored { get; private init; }

    /// <summary>Whether a name is that of a file that is made and removed as processes use the folder, and of its logs.</summary>
    public static bool IsOwnFile(string name) =>
        name is LockFile or InfoFile or InfoFile + ".new" or "logs" || name.StartsWith(BackupPrefix, StringComparison.Ordinal) || name == RestoreSwitch.Folder;

    /// <summary>Takes the folder for this process, and makes it if there is none.</summary>
    /// <exception cref="DataFolderException">Another process holds it, or it cannot be made or written.</exception>
    public static Task<DataFolder> OpenAsync(string path, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        OpenAsync(path, isTemporary: false, timeProvider, cancellationToken);

    /// <summary>Takes a new folder that is deleted with all it holds when this is disposed.</summary>
    /// <exception cref="DataFolderException">It cannot be made.</exception>
    public static Task<DataFolder> OpenTemporaryAsync(TimeProvider timeProvider, CancellationToken cancellationToken) =>
        OpenAsync(System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"dag-{Guid.NewGuid():n}"), isTemporary: true, timeProvider, cancellationToken);

    /// <summary>The process that holds the folder, so that other verbs can speak to it; null when none does or it has not said who it is.</summary>
    public static ServerInfo? FindServer(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        var file = System.IO.Path.Combine(full, LockFile);
        if (!File.Exists(file))
            return null;

        try
        {
            // Opened as the holder opens it: what succeeds shows that nobody holds it.
            using var free = Hold(file);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Read(full);
        }
    }

    /// <summary>Says where this process answers.</summary>
    public void Announce(IReadOnlyList<string> addresses)
    {
        _info = _info with { Addresses = addresses };
        Write();
    }

    /// <summary>Lets the folder go.</summary>
    public void Dispose()
    {
        if (_isTemporary)
        {
            _lock.Dispose();
            TryDelete(() => Directory.Delete(Path, recursive: true));
            return;
        }

        TryDelete(() => File.Delete(System.IO.Path.Combine(Path, InfoFile)));
        _lock.Dispose();
    }

    private static async Task<DataFolder> OpenAsync(string path, bool isTemporary, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        for (var look = 1; look < Looks; look++)
        {
            try
            {
                return Open(path, isTemporary, timeProvider);
            }
            catch (DataFolderException exception) when (exception.IsInUse)
            {
                // Real time: it is another process that is waited for.
                await Task.Delay(BetweenLooks, TimeProvider.System, cancellationToken);
            }
        }

        return Open(path, isTemporary, timeProvider);
    }

    private static DataFolder Open(string path, bool isTemporary, TimeProvider timeProvider)
    {
        var full = System.IO.Path.GetFullPath(path);
        FileStream? held = null;
        try
        {
            Directory.CreateDirectory(full);
            held = Hold(System.IO.Path.Combine(full, LockFile));
            var folder = new DataFolder(full, held, isTemporary, timeProvider) { Restored = RestoreSwitch.Recover(full) };
            foreach (var left in Directory.EnumerateDirectories(full, BackupPrefix + "*"))
            {
                TryDelete(() => Directory.Delete(left, recursive: true));
            }

            folder.Write();
            return folder;
        }
        catch (IOException exception) when (held is null && IsHeld(exception))
        {
            throw InUse(full, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw new DataFolderException(
                $"The data folder {full} cannot be used: {exception.Message} Name a folder that can be written with --data.", exception);
        }
    }

    private static FileStream Hold(string file) => new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    /// <summary>A violation of sharing on Windows; on other systems the lock "would block", whose number is 11 on Linux and 35 on macOS.</summary>
    private static bool IsHeld(IOException exception) =>
        (exception.HResult & 0xFFFF) == (OperatingSystem.IsWindows() ? 32 : OperatingSystem.IsMacOS() ? 35 : 11);

    private static DataFolderException InUse(string path, Exception inner)
    {
        var holder = Read(path);
        var who = holder is null ? "another process" : $"process {holder.ProcessId}{(holder.Addresses.Count > 0 ? $" ({holder.Addresses[0]})" : "")}";
        return new DataFolderException(
            $"The data folder {path} is in use by {who}: one process uses a folder at a time. Stop that one, or name another folder with --data.",
            inner)
        { IsInUse = true, Holder = holder };
    }

    private static ServerInfo? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ServerInfo>(File.ReadAllText(System.IO.Path.Combine(path, InfoFile)), Json);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static void TryDelete(Action delete)
    {
        try
        {
            delete();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What is left behind is not believed without the lock, or lies in the temporary folder.
        }
    }

    /// <summary>Replaces the information in one step: a reader sees the old or the new.</summary>
    private void Write()
    {
        var file = System.IO.Path.Combine(Path, InfoFile);
        File.WriteAllText(file + ".new", JsonSerializer.Serialize(_info, Json));
        File.Move(file + ".new", file, overwrite: true);
    }
}
