using System.IO.Compression;
using Dag.Workflows.Definitions;

namespace Dag.Host.ElsaApi;

/// <summary>JSON files that were sent: as parts of a form, or within zip archives there. What a form may hold is bounded, also unpacked.</summary>
internal static class UploadedFiles
{
    private const int MostFiles = 1000;
    private const long MostBytes = 64L << 20;

    /// <summary>The files, with their names.</summary>
    /// <exception cref="DefinitionException">There are none, or they are no JSON or zip files, or too many or too large.</exception>
    public static async Task<IReadOnlyList<UploadedFile>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasFormContentType)
        {
            throw Fault("request", "The request holds no files.", "Send a form (multipart/form-data) with JSON or zip files.");
        }

        IFormCollection form;
        try
        {
            form = await request.ReadFormAsync(cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or IOException && e is not BadHttpRequestException)
        {
            throw Fault("request", $"The form cannot be read: {e.Message}", "Send a form (multipart/form-data) with JSON or zip files.");
        }

        var files = new List<UploadedFile>();
        foreach (var part in form.Files)
        {
            var content = new byte[part.Length];
            await using var stream = part.OpenReadStream();
            await stream.ReadExactlyAsync(content, cancellationToken);
            if (content.AsSpan().StartsWith("PK"u8))
            {
                await UnpackAsync(part.FileName, content, files, cancellationToken);
            }
            else
            {
                files.Add(new UploadedFile(part.FileName, content));
            }
        }

        return files.Count > 0 ? files : throw Fault("request", "The form holds no files.", "Add JSON or zip files to it.");
    }

    private static async Task UnpackAsync(string name, byte[] content, List<UploadedFile> files, CancellationToken cancellationToken)
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(content), ZipArchiveMode.Read);
            foreach (var entry in archive.Entries.Where(e => e.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && !e.FullName.StartsWith("__MACOSX", StringComparison.Ordinal)))
            {
                var left = MostBytes - files.Sum(f => (long)f.Content.Length);
                if (files.Count == MostFiles || entry.Length > left)
                {
                    throw Fault(name, $"The archive holds more than {MostFiles:N0} files, or more than {MostBytes >> 20} MiB.", "Send it in parts.");
                }

                files.Add(new UploadedFile($"{name}/{entry.FullName}", await ReadAsync(entry, name, cancellationToken)));
            }
        }
        catch (InvalidDataException e)
        {
            throw Fault(name, $"The archive cannot be read: {e.Message}", "Make it anew.");
        }
    }

    // What an archive says of the length of its files need not be true.
    private static async Task<byte[]> ReadAsync(ZipArchiveEntry entry, string name, CancellationToken cancellationToken)
    {
        var content = new byte[entry.Length];
        await using var stream = entry.Open();
        var read = await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken);
        return read == content.Length && await stream.ReadAsync(new byte[1], cancellationToken) == 0
            ? content
            : throw Fault(name, $"{entry.FullName} has another length than the archive says.", "Make the archive anew.");
    }

    private static DefinitionException Fault(string place, string message, string fix) => new([new DefinitionFault(place, message, fix)]);
}

/// <summary>A file that was sent.</summary>
/// <param name="Name">Its name, for messages.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record UploadedFile(string Name, byte[] Content);
