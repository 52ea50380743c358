using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi;

/// <summary>Files to download: one as it is, several as a zip archive. The same content gives the same bytes.</summary>
internal static class ExportedFiles
{
    // The first day that an archive can name.
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static FileContentHttpResult Single(string name, byte[] json) => TypedResults.File(json, "application/json", name);

    public static FileContentHttpResult Archive(string name, IEnumerable<(string Name, byte[] Json)> files)
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var file in files.OrderBy(f => f.Name, StringComparer.Ordinal))
            {
                var entry = archive.CreateEntry(file.Name, CompressionLevel.Optimal);
                entry.LastWriteTime = Epoch;
                using var stream = entry.Open();
                stream.Write(file.Json);
            }
        }

        return TypedResults.File(buffer.ToArray(), "application/zip", name);
    }

    /// <summary>A text as part of a file's name: letters, digits and hyphens.</summary>
    public static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (var c in text.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                slug.Append(c);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        return slug.ToString().TrimEnd('-') is { Length: > 0 } name ? name[..Math.Min(name.Length, 80)] : "unnamed";
    }
}
