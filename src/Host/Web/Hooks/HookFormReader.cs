using System.Globalization;
using Dag.Workflows.Hooks;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Dag.Host.Web.Hooks;

/// <summary>Reads forms with files as a stream: fields become values, files go to disk as they arrive.</summary>
internal sealed class HookFormReader(HookSettings settings, HookUpload upload)
{
    private const int MostSections = 1024;
    private const int LongestBoundary = 128;

    /// <summary>Reads a form.</summary>
    /// <exception cref="HookRefusedException">It is malformed, or holds a file that is not accepted.</exception>
    public async Task ReadAsync(MediaTypeHeaderValue type, HookBody body, HookContent content, CancellationToken cancellationToken)
    {
        var fields = new KeyValueAccumulator();
        content.Value = new Dictionary<string, object?>();
        try
        {
            var reader = new MultipartReader(BoundaryOf(type), body);
            var inFields = 0L;
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                var disposition = section.GetContentDispositionHeader()
                    ?? throw HookRefusedException.Malformed("A part of the form has no Content-Disposition.");
                if (disposition.IsFileDisposition())
                {
                    await SaveAsync(section, disposition, content, cancellationToken);
                }
                else
                {
                    using var text = new StreamReader(section.Body);
                    var value = await text.ReadToEndAsync(cancellationToken);
                    inFields += value.Length;
                    fields.Append(HeaderUtilities.RemoveQuotes(disposition.Name).ToString(), value);
                }

                if (fields.ValueCount + upload.Files.Count > MostSections || inFields > HookBodyReader.MostInMemory)
                {
                    throw HookRefusedException.TooLarge($"A form may have {MostSections:N0} parts, and its fields {HookBodyReader.MostInMemory:N0} characters, at the most.");
                }

                if (content.Outcome is not null)
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException && e is not BadHttpRequestException)
        {
            throw HookRefusedException.Malformed($"The form cannot be read: {e.Message}", e);
        }

        content.Value = HookBodyReader.ToValues(fields.GetResults());
    }

    /// <summary>Reads a body that is one file.</summary>
    /// <returns>The file; null when it is not accepted, which is then an outcome.</returns>
    /// <exception cref="HookRefusedException">It is not accepted.</exception>
    public async Task<object?> ReadFileAsync(HttpRequest request, HookBody body, HookContent content, CancellationToken cancellationToken)
    {
        ContentDispositionHeaderValue.TryParse(request.Headers.ContentDisposition.ToString(), out var disposition);
        return await SaveAsync(body, null, NameOf(disposition), request.ContentType, content, cancellationToken);
    }

    private static string BoundaryOf(MediaTypeHeaderValue type)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary);
        return boundary.Length is > 0 and <= LongestBoundary
            ? boundary.ToString()
            : throw HookRefusedException.Malformed("The content type multipart/form-data has no boundary, or one that is too long.");
    }

    private static string? NameOf(ContentDispositionHeaderValue? disposition)
    {
        var name = disposition is null ? default : StringSegment.IsNullOrEmpty(disposition.FileNameStar) ? disposition.FileName : disposition.FileNameStar;
        return HeaderUtilities.RemoveQuotes(name).Value;
    }

    private Task SaveAsync(MultipartSection section, ContentDispositionHeaderValue disposition, HookContent content, CancellationToken cancellationToken) =>
        SaveAsync(section.Body, HeaderUtilities.RemoveQuotes(disposition.Name).Value, NameOf(disposition), section.ContentType, content, cancellationToken);

    private async Task<object?> SaveAsync(
        Stream body, string? field, string? fileName, string? contentType, HookContent content, CancellationToken cancellationToken)
    {
        var extension = Path.GetExtension(fileName ?? "");
        var mediaType = (contentType ?? "").Split(';')[0].Trim();
        if (settings.AllowedFileExtensions.Count > 0 && !settings.AllowedFileExtensions.Contains(extension, StringComparer.OrdinalIgnoreCase)
            || settings.BlockedFileExtensions.Contains(extension, StringComparer.OrdinalIgnoreCase))
        {
            return Refuse(content, settings.ExposesInvalidFileExtension, "Invalid file extension", StatusCodes.Status415UnsupportedMediaType, $"Files with the extension '{extension}' are not accepted here.");
        }

        if (settings.AllowedMimeTypes.Count > 0 && !settings.AllowedMimeTypes.Contains(mediaType, StringComparer.OrdinalIgnoreCase))
        {
            return Refuse(content, settings.ExposesInvalidFileMimeType, "Invalid file MIME type", StatusCodes.Status415UnsupportedMediaType, $"Files of the type '{mediaType}' are not accepted here.");
        }

        var limit = settings.FileSizeLimit ?? long.MaxValue;
        return await upload.SaveAsync(body, field, fileName, contentType, limit, cancellationToken)
            ?? Refuse(content, settings.ExposesFileTooLarge, "File too large", StatusCodes.Status413PayloadTooLarge,
                string.Create(CultureInfo.InvariantCulture, $"A file may have {limit:N0} bytes at the most."));
    }

    private object? Refuse(HookContent content, bool isOutcome, string outcome, int statusCode, string why)
    {
        if (!isOutcome)
        {
            throw new HookRefusedException(statusCode, why);
        }

        upload.Discard();
        content.Outcome = outcome;
        return null;
    }
}
