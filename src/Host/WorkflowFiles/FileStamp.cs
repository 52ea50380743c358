namespace Dag.Host.WorkflowFiles;

/// <summary>What shows that a file has changed without reading it.</summary>
/// <param name="Path">Its path in the folder, with slashes.</param>
/// <param name="Target">The file that it is or links to.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="Modified">When it was last written.</param>
internal readonly record struct FileStamp(string Path, string Target, long Length, DateTime Modified)
{
    /// <summary>Those of the workflow files of a folder, by path.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static IReadOnlyList<FileStamp> Of(string folder) => [.. WorkflowFile.Find(folder).Select(path => Of(folder, path))];

    /// <summary>Those of the workflow files of a folder, by path; null when it cannot be read.</summary>
    public static IReadOnlyList<FileStamp>? OfOrNull(string folder)
    {
        try
        {
            return Of(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static FileStamp Of(string folder, string path)
    {
        var file = new FileInfo(System.IO.Path.Combine(folder, path));
        var target = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        return target.Exists ? new FileStamp(path, target.FullName, target.Length, target.LastWriteTimeUtc) : new FileStamp(path, target.FullName, 0, default);
    }
}
