using System.Net.Mime;
using System.Text;
using System.Text.Json;
using Dag.Workflows.Hooks;
using Dag.Workflows.Values;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Dag.Host.Web.Hooks;

/// <summary>Reads the body of a request: JSON, forms and text become values, anything else a file.</summary>
internal sealed class HookBodyReader(HookUploads uploads)
{
    /// <summary>What is no file may have so many bytes at the most, as it becomes part of a history: 12 MiB.</summary>
    public const int MostInMemory = 12 << 20;

    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 256 };

    /// <summary>Reads it whole, and verifies its signature.</summary>
    /// <exception cref="HookRefusedException">It is malformed, too large, or signed wrongly.</exception>
    public async Task<HookContent> ReadAsync(HttpRequest request, HookSettings settings, HookSignature? signature, CancellationToken cancellationToken)
    {
        var upload = uploads.Begin();
        var content = new HookContent(upload);
        var body = new HookBody(request.Body, request.ContentLength, settings.RequestSizeLimit, signature);
        try
        {
            await ReadAsync(request, settings, body, upload, content, cancellationToken);
            if (signature is not null)
            {
                await body.DrainAsync(cancellationToken);
                signature.Verify();
            }

            return content;
        }
        catch (HookRefusedException) when (body.IsTooLarge && settings.ExposesRequestTooLarge && signature is null)
        {
            content.Discard();
            return new HookContent(upload) { Outcome = "Request too large" };
        }
        catch
        {
            content.Discard();
            throw;
        }
    }

    private static async Task ReadAsync(
        HttpRequest request, HookSettings settings, HookBody body, HookUpload upload, HookContent content, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == false)
        {
            return;
        }

        // The endpoint's own limit counts, and is held to here.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        MediaTypeHeaderValue.TryParse(request.ContentType, out var type);
        var mediaType = type?.MediaType.Value ?? "";
        var inMemory = (int)Math.Min(MostInMemory, settings.RequestSizeLimit);
        if (mediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            await new HookFormReader(settings, upload).ReadAsync(type!, body, content, cancellationToken);
        }
        else if (mediaType.Contains("json", StringComparison.OrdinalIgnoreCase))
        {
            content.Value = ParseJson(await body.ReadAllAsync(inMemory, cancellationToken), type!);
        }
        else if (mediaType.Equals(MediaTypeNames.Application.FormUrlEncoded, StringComparison.OrdinalIgnoreCase))
        {
            content.Value = ParseForm(TextOf(await body.ReadAllAsync(inMemory, cancellationToken), type!));
        }
        else if (mediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || mediaType.Contains("xml", StringComparison.OrdinalIgnoreCase))
        {
            content.Value = TextOf(await body.ReadAllAsync(inMemory, cancellationToken), type!);
        }
        else
        {
            content.Value = await new HookFormReader(settings, upload).ReadFileAsync(request, body, content, cancellationToken);
        }
    }

    private static object? ParseJson(byte[] bytes, MediaTypeHeaderValue type)
    {
        if (bytes.Length == 0)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(TextOf(bytes, type), Json);
            return ValueConverter.FromJson(document.RootElement);
        }
        catch (JsonException e)
        {
            throw HookRefusedException.Malformed($"The body is not the JSON that its content type says: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            throw HookRefusedException.Malformed("The body is JSON with text that is none: half a surrogate pair.", e);
        }
    }

    private static Dictionary<string, object?> ParseForm(string text)
    {
        try
        {
            using var reader = new FormReader(text);
            return ToValues(reader.ReadForm());
        }
        catch (InvalidDataException e)
        {
            throw HookRefusedException.Malformed($"The form cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Texts by name; a list where there are several, as in Elsa.</summary>
    public static Dictionary<string, object?> ToValues(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> entries) =>
        entries.ToDictionary(e => e.Key, e => e.Value.Count > 1 ? e.Value.Cast<object?>().ToList() : (object?)e.Value.ToString(), StringComparer.OrdinalIgnoreCase);

    private static string TextOf(byte[] bytes, MediaTypeHeaderValue type)
    {
        using var reader = new StreamReader(new MemoryStream(bytes), EncodingOf(type), detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }

    private static Encoding EncodingOf(MediaTypeHeaderValue type) =>
        type.Encoding ?? (type.Charset.Length == 0 ? Encoding.UTF8 : throw HookRefusedException.Malformed($"The charset '{type.Charset}' is not known."));
}
