using Dag.Host.Data;
using Dag.Host.Hosting;

namespace Dag.Host.Demo;

/// <summary>The demo's data folder: it is emptied at each start, and only ever one that a demo has made.</summary>
internal static class DemoFolder
{
    private const string Marker = ".dag-demo";
    private const string LockFile = "dag.lock";

    /// <summary>Where the workflow looks for files.</summary>
    public static string InboxOf(string folder) => Path.Combine(folder, "inbox");

    /// <summary>Empties the folder, or makes it.</summary>
    /// <exception cref="UsageException">It holds what no demo has put there.</exception>
    /// <exception cref="DataFolderException">Another process holds it.</exception>
    public static async Task PrepareAsync(string folder, CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && !File.Exists(Path.Combine(folder, Marker)))
        {
            throw new UsageException($"The folder {Path.GetFullPath(folder)} holds something that no demo has put there, and a demo empties its folder: "
                + "name an empty or a new one with --data.");
        }

        // Held while it is emptied: a demo that still serves keeps its files.
        using var held = await DataFolder.OpenAsync(folder, TimeProvider.System, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, Marker), "`dag demo` empties this folder at each start.\n", cancellationToken);
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry.Name is Marker or LockFile)
            {
                continue;
            }

            if (entry is DirectoryInfo inner)
            {
                inner.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }

        Directory.CreateDirectory(InboxOf(folder));
    }
}
