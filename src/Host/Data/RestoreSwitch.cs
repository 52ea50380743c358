using Dag.Activities.Lake;
using Dag.Workflows.Storage;

namespace Dag.Host.Data;

/// <summary>
/// Puts restored files in the place of what a data folder holds, so that a kill at any moment leaves the old or leads to the new. They are
/// first made complete in a folder beside; a file that says so is the decision. From then on whoever opens the folder next carries on
/// from wherever it ended.
/// </summary>
internal static class RestoreSwitch
{
    /// <summary>The name of the folder in the data folder in which it prepares.</summary>
    public const string Folder = ".restoring";

    private const string FilesFolder = "files";
    private const string Decision = "decided";

    // What a restore replaces, the database last; a log of another database must never meet it.
    private static readonly string[] Replaced =
        [$"{StorageOptions.SqliteFile}-wal", $"{StorageOptions.SqliteFile}-shm", "lake", "models", StorageOptions.SqliteFile];

    /// <summary>Makes the folder for the restored files anew, empty.</summary>
    public static string Prepare(string dataFolder)
    {
        var files = FilesOf(dataFolder);
        LakeFiles.DeleteFolder(Path.Combine(dataFolder, Folder));
        Directory.CreateDirectory(files);
        return files;
    }

    /// <summary>Whether it was decided to replace what the folder holds, and that is not done yet.</summary>
    public static bool IsDecided(string dataFolder) => File.Exists(DecisionOf(dataFolder));

    /// <summary>Decides: the files are complete.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="id">What is being restored; <see cref="Recover"/> says it again.</param>
    public static void Decide(string dataFolder, string id)
    {
        var files = FilesOf(dataFolder);
        foreach (var folder in Directory.EnumerateDirectories(files, "*", SearchOption.AllDirectories).Append(files))
        {
            LakeFiles.FlushFolder(folder);
        }

        var decision = DecisionOf(dataFolder);
        File.WriteAllLines(decision + ".new", [id, .. Directory.EnumerateFileSystemEntries(files).Select(e => Path.GetFileName(e)!)]);
        LakeFiles.FlushFile(decision + ".new");
        File.Move(decision + ".new", decision);
        LakeFiles.FlushFolder(Path.GetDirectoryName(decision)!);
        LakeFiles.FlushFolder(dataFolder);
    }

    /// <summary>Does what was decided, or throws away what was not.</summary>
    /// <returns>What was restored; null when nothing had been decided.</returns>
    public static string? Recover(string dataFolder)
    {
        var id = IsDecided(dataFolder) ? File.ReadLines(DecisionOf(dataFolder)).First() : null;
        foreach (var step in Steps(dataFolder))
        {
            step();
        }

        return id;
    }

    /// <summary>What is left to do, step by step; done again from any point, it ends the same.</summary>
    internal static IEnumerable<Action> Steps(string dataFolder)
    {
        if (IsDecided(dataFolder))
        {
            var decided = File.ReadLines(DecisionOf(dataFolder)).Skip(1).ToHashSet(StringComparer.Ordinal);
            foreach (var name in Replaced)
            {
                var (restored, target) = (Path.Combine(FilesOf(dataFolder), name), Path.Combine(dataFolder, name));
                var isThere = Path.Exists(restored);
                if (isThere || !decided.Contains(name))
                {
                    yield return () => Delete(target);
                }

                if (isThere)
                {
                    yield return () => Directory.Move(restored, target);
                }
            }

            yield return () => LakeFiles.FlushFolder(dataFolder);
        }

        if (Directory.Exists(Path.Combine(dataFolder, Folder)))
        {
            yield return () => LakeFiles.DeleteFolder(Path.Combine(dataFolder, Folder));
        }
    }

    private static string FilesOf(string dataFolder) => Path.Combine(dataFolder, Folder, FilesFolder);

    private static string DecisionOf(string dataFolder) => Path.Combine(dataFolder, Folder, Decision);

    private static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            LakeFiles.DeleteFolder(path);
        }
        else
        {
            File.Delete(path);
        }
    }
}
