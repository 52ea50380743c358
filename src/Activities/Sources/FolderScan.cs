using System.IO.Enumeration;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Dag.Activities.Sources;

/// <summary>
/// Looks at a folder again and again, and says which files have stopped changing. Between looks it keeps 40 bytes a file, and a look
/// allocates only for files that are ready: a folder may hold a million that are done. Symbolic links are not followed.
/// </summary>
internal sealed class FolderScan(string folder, FileNamePattern pattern, bool recursive, TimeSpan stableFor, TimeProvider clock)
{
    private static readonly int _hashedNumbers = 2 * sizeof(long);
    private readonly Dictionary<UInt128, Watched> _watched = [];
    private readonly EnumerationOptions _options = new()
    {
        RecurseSubdirectories = recursive,
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = true,
    };

    private int _look;
    private char[] _relativePath = new char[256];

    private enum Phase : byte
    {
        /// <summary>Seen, not yet unchanged for long enough, or not yet asked about.</summary>
        Waiting,

        /// <summary>The ledger does not know it: it is to be fired.</summary>
        New,

        /// <summary>Fired, now or in an earlier life.</summary>
        Settled,
    }

    /// <summary>How long until the next file may be ready, by the last look; null when none is waiting.</summary>
    public TimeSpan? NextReady { get; private set; }

    /// <summary>
    /// The files that have been the same for long enough and are not settled, in the order of the file system. The folder is read as
    /// the result is; only a look that was read to its end forgets what has gone.
    /// </summary>
    /// <exception cref="IOException">The folder has gone. One that may not be read looks empty: ask before.</exception>
    public IEnumerable<ArrivingFile> Look()
    {
        var now = clock.GetTimestamp();
        _look++;
        NextReady = null;
        var found = 0;
        var files = new FileSystemEnumerable<ArrivingFile?>(folder, (ref entry) => Consider(ref entry, now, ref found), _options)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && IsMeant(ref entry),
            ShouldRecursePredicate = (ref entry) => !IsLink(ref entry) && !entry.FileName.StartsWith('.'),
        };
        foreach (var file in files)
        {
            if (file is not null)
            {
                yield return file;
            }
        }

        ForgetGone(found);
    }

    /// <summary>Whether the ledger was already asked about the file and did not know it.</summary>
    public bool IsNew(ArrivingFile file) => _watched[file.Id].Phase == Phase.New;

    /// <summary>Remembers that the ledger does not know the file.</summary>
    public void MarkNew(ArrivingFile file) => CollectionsMarshal.GetValueRefOrNullRef(_watched, file.Id).Phase = Phase.New;

    /// <summary>Leaves the file out of every later look, until its content changes.</summary>
    public void Settle(ArrivingFile file) => CollectionsMarshal.GetValueRefOrNullRef(_watched, file.Id).Phase = Phase.Settled;

    /// <summary>True the first time that it is asked about a file.</summary>
    public bool IsFirstComplaint(ArrivingFile file)
    {
        ref var watched = ref CollectionsMarshal.GetValueRefOrNullRef(_watched, file.Id);
        var first = !watched.Complained;
        watched.Complained = true;
        return first;
    }

    private static bool IsLink(ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0;

    private bool IsMeant(ref FileSystemEntry entry) =>
        !FileNamePattern.IsHiddenOrPartial(entry.FileName) && pattern.Matches(RelativePath(ref entry), entry.FileName) && !IsLink(ref entry);

    private ArrivingFile? Consider(ref FileSystemEntry entry, long now, ref int found)
    {
        var relativePath = RelativePath(ref entry);
        var id = Identify(relativePath, entry.Length, entry.LastWriteTimeUtc);
        ref var watched = ref CollectionsMarshal.GetValueRefOrAddDefault(_watched, id, out var known);
        if (!known)
        {
            watched.Since = now;
        }

        watched.Look = _look;
        found++;
        if (watched.Phase == Phase.Settled)
        {
            return null;
        }

        var missing = stableFor - clock.GetElapsedTime(watched.Since, now);
        if (missing <= TimeSpan.Zero)
        {
            return new ArrivingFile(entry.ToFullPath(), relativePath.ToString(), entry.Length, entry.LastWriteTimeUtc, id);
        }

        NextReady = NextReady is { } next && next < missing ? next : missing;
        return null;
    }

    private ReadOnlySpan<char> RelativePath(ref FileSystemEntry entry)
    {
        if (entry.Directory.Length <= entry.RootDirectory.Length)
        {
            return entry.FileName;
        }

        var below = entry.Directory[entry.RootDirectory.Length..].TrimStart(Path.DirectorySeparatorChar);
        var length = below.Length + 1 + entry.FileName.Length;
        if (_relativePath.Length < length)
        {
            _relativePath = new char[length * 2];
        }

        below.CopyTo(_relativePath);
        _relativePath.AsSpan(0, below.Length).Replace(Path.DirectorySeparatorChar, '/');
        _relativePath[below.Length] = '/';
        entry.FileName.CopyTo(_relativePath.AsSpan(below.Length + 1));
        return _relativePath.AsSpan(0, length);
    }

    private static UInt128 Identify(ReadOnlySpan<char> relativePath, long length, DateTimeOffset modified)
    {
        var size = _hashedNumbers + (relativePath.Length * sizeof(char));
        var bytes = size <= 1024 ? stackalloc byte[size] : new byte[size];
        MemoryMarshal.Write(bytes, length);
        MemoryMarshal.Write(bytes[sizeof(long)..], modified.UtcTicks);
        MemoryMarshal.AsBytes(relativePath).CopyTo(bytes[_hashedNumbers..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }

    private void ForgetGone(int found)
    {
        if (found == _watched.Count)
        {
            return;
        }

        foreach (var (id, watched) in _watched)
        {
            if (watched.Look != _look)
            {
                _watched.Remove(id);
            }
        }
    }

    private struct Watched
    {
        public long Since;
        public int Look;
        public Phase Phase;
        public bool Complained;
    }
}
