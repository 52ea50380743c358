using Dag.Workflows.Activities;

namespace Dag.Activities.Exports;

/// <summary>Finds the folder that an export is written into, inside the roots also when links lead out of them.</summary>
internal sealed class ExportFolder(ExportOptions options)
{
    private readonly string _base = Path.GetFullPath(options.Folder);
    private readonly IReadOnlyList<string> _roots = [.. options.Roots.Prepend(options.Folder).Select(Path.GetFullPath)];

    /// <summary>The full path of the folder; it is made when it does not exist.</summary>
    /// <exception cref="ActivityException">It lies outside of the roots, or cannot be made.</exception>
    public string Open(string folder)
    {
        if (folder.Contains('\0'))
        {
            throw Fault("The folder holds a NUL character.");
        }

        var path = Path.GetFullPath(folder, _base);
        try
        {
            Refuse(folder, path);
            Directory.CreateDirectory(path);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ActivityException($"The folder {path} cannot be made: {e.Message}", e);
        }
    }

    private void Refuse(string folder, string path)
    {
        var real = Real(path);
        if (!_roots.Any(root => Contains(root, path) && Contains(Real(root), real)))
        {
            throw Fault(
                $"'{folder}' is not a folder that exports may be written to: those are {string.Join(", ", _roots)}, and what is in them. Choose one of " +
                "these, or let the service's operator add it to DAG_EXPORT_FOLDERS.");
        }
    }

    private static bool Contains(string root, string path) =>
        path == root || path.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // Follows every link on the way.
    private static string Real(string path)
    {
        var real = Path.GetPathRoot(path)!;
        foreach (var part in path[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            real = TargetOf(real) ?? real;
        }

        return real;
    }

    private static string? TargetOf(string path)
    {
        try
        {
            return new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // What does not exist yet is no link.
        }
    }

    private static ActivityException Fault(string message) => new(message) { Retryable = false };
}
