using System.IO.Compression;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Dag.Host.WebConsole;

/// <summary>A file of Elsa Studio, in the encodings in which it is there. At least one of them is.</summary>
/// <param name="name">Its path.</param>
/// <param name="version">The version of the package.</param>
/// <param name="plain">The file as it is; null when only compressed ones are there.</param>
/// <param name="brotli">The file compressed with brotli.</param>
/// <param name="gzip">The file compressed with gzip.</param>
internal sealed partial class StudioFile(string name, string version, string? plain, string? brotli, string? gzip)
{
    private static readonly FileExtensionContentTypeProvider Types = new()
    {
        Mappings = { [".dat"] = "application/octet-stream", [".cur"] = "image/x-icon", [".webmanifest"] = "application/manifest+json", [".scss"] = "text/plain" },
    };

    // Whoever has one with a fingerprint in its name need never ask again.
    private readonly string _caching = Fingerprint().IsMatch(name) ? "public, max-age=31536000, immutable" : "public, no-cache";
    private readonly string _contentType = Types.TryGetContentType(name, out var type) ? type : "application/octet-stream";

    /// <summary>Answers with the smallest encoding that the browser takes.</summary>
    public Task SendAsync(HttpContext context)
    {
        var accepted = context.Request.GetTypedHeaders().AcceptEncoding;
        var (path, encoding) = brotli is not null && Takes(accepted, "br") ? (brotli, "br") : gzip is not null && Takes(accepted, "gzip") ? (gzip, "gzip") : (plain, null);
        var response = context.Response;
        response.Headers.CacheControl = _caching;
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        var tag = new EntityTagHeaderValue($"\"{version}{(encoding is null ? "" : "-")}{encoding}\"");
        if (path is null)
        {
            return UnpackedAsync(context);
        }

        if (encoding is not null)
        {
            response.Headers.ContentEncoding = encoding;
        }

        return TypedResults.PhysicalFile(path, _contentType, entityTag: tag).ExecuteAsync(context);
    }

    // Published output leaves out what is there compressed; hardly anybody takes neither.
    private async Task UnpackedAsync(HttpContext context)
    {
        context.Response.ContentType = _contentType;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        await using var file = File.OpenRead((gzip ?? brotli)!);
        await using Stream unpacked = gzip is not null ? new GZipStream(file, CompressionMode.Decompress) : new BrotliStream(file, CompressionMode.Decompress);
        await unpacked.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static bool Takes(IList<StringWithQualityHeaderValue> accepted, string encoding) => accepted.Any(a => a.Value == encoding && a.Quality is null or > 0);

    [GeneratedRegex(@"^_framework/(.*/)?[^/]+\.[a-z0-9]{10}\.[a-z]+$")]
    private static partial Regex Fingerprint();
}
