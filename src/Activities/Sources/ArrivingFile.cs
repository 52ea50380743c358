using System.Globalization;

namespace Dag.Activities.Sources;

/// <summary>A file as one look at the folder found it.</summary>
/// <param name="FullPath">The absolute path.</param>
/// <param name="RelativePath">The path below the watched folder, with slashes on every platform.</param>
/// <param name="Length">The size in bytes.</param>
/// <param name="Modified">When the content was last written.</param>
/// <param name="Id">Names this content of this path in the memory of <see cref="FolderScan"/>.</param>
internal sealed record ArrivingFile(string FullPath, string RelativePath, long Length, DateTimeOffset Modified, UInt128 Id)
{
    /// <summary>The key in the trigger's ledger: new content under an old name is a new file.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{RelativePath}|{Length}|{Modified.UtcTicks}");

    /// <summary>Oldest first; files of the same moment by name.</summary>
    public static Comparer<ArrivingFile> Oldest { get; } = Comparer<ArrivingFile>.Create((a, b) =>
        a.Modified.CompareTo(b.Modified) is var order and not 0 ? order : string.CompareOrdinal(a.RelativePath, b.RelativePath));

    /// <summary>
    /// Whether the file still is what the look found, and nobody holds it open in a way that shuts readers out.
    /// </summary>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public bool IsUnchangedAndReadable()
    {
        var file = new FileInfo(FullPath);
        if (!file.Exists || file.Length != Length || file.LastWriteTimeUtc.Ticks != Modified.UtcTicks)
        {
            return false;
        }

        try
        {
            // Opening an empty file tells nothing, and would wait for a writer if it is a named pipe.
            using var handle = Length == 0 ? null : File.OpenHandle(FullPath, share: FileShare.ReadWrite | FileShare.Delete);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
