namespace Dag.Host.Web.Hooks;

/// <summary>The files of one request.</summary>
internal sealed class HookUpload(string folder, Action onFirst)
{
    private const int LongestName = 100;
    private static readonly char[] ForbiddenInNames = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];
    private readonly List<object?> _files = [];

    /// <summary>The files, as values of a run.</summary>
    public IReadOnlyList<object?> Files => _files;

    /// <summary>Keeps a file, on disk when this returns.</summary>
    /// <param name="content">What it holds.</param>
    /// <param name="field">The name of its form field.</param>
    /// <param name="fileName">The name that its sender gave it; only what is harmless of it becomes part of the path.</param>
    /// <param name="contentType">Its content type.</param>
    /// <param name="limit">How many bytes it may have.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The file; null when it is larger.</returns>
    /// <exception cref="HookRefusedException">It cannot be kept.</exception>
    public async Task<Dictionary<string, object?>?> SaveAsync(
        Stream content, string? field, string? fileName, string? contentType, long limit, CancellationToken cancellationToken)
    {
        if (_files.Count == 0)
        {
            onFirst();
        }

        var shown = Path.GetFileName((fileName ?? "").Replace('\\', '/').Trim());
        var path = Path.Combine(folder, $"{_files.Count + 1}", SafeName(shown));
        await using var file = Create(path);
        var length = await CopyAsync(content, file, limit, cancellationToken);
        if (length > limit)
        {
            return null;
        }

        // Elsa's names: a form file there has them as properties.
        var value = new Dictionary<string, object?>
        {
            ["Name"] = field ?? "",
            ["FileName"] = shown.Length > 0 ? shown : Path.GetFileName(path),
            ["ContentType"] = contentType,
            ["Length"] = length,
            ["Path"] = path,
        };
        _files.Add(value);
        return value;
    }

    /// <summary>Deletes the files.</summary>
    public void Discard()
    {
        _files.Clear();
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They go with their day.
        }
    }

    private static FileStream Create(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NoPlace(e);
        }
    }

    private static async Task<long> CopyAsync(Stream content, FileStream file, long limit, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        long length = 0;
        int count;
        while (length <= limit && (count = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            length += count;
            await WriteAsync(file, buffer.AsMemory(0, count), cancellationToken);
        }

        await WriteAsync(file, default, cancellationToken);
        return length;
    }

    // Nothing to write means that all of it is written, and shall survive a power failure.
    private static async Task WriteAsync(FileStream file, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await file.WriteAsync(bytes, cancellationToken);
            if (bytes.IsEmpty)
            {
                file.Flush(flushToDisk: true);
            }
        }
        catch (IOException e)
        {
            throw NoPlace(e);
        }
    }

    private static string SafeName(string name)
    {
        var safe = new string([.. name.Take(LongestName).Select(c => char.IsControl(c) || char.IsSurrogate(c) || ForbiddenInNames.Contains(c) ? '_' : c)]).Trim(' ', '.');
        return safe.Length > 0 ? safe : "file.dat";
    }

    private static HookRefusedException NoPlace(Exception cause) => new(StatusCodes.Status507InsufficientStorage, "The file cannot be kept at the moment.", cause);
}
