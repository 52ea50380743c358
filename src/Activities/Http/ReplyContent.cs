using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using Dag.Activities.OutgoingHttp;
using Dag.Workflows.Activities;
using Dag.Workflows.Values;

namespace Dag.Activities.Http;

/// <summary>Reads the body of an answer, up to a limit, and turns it into a value.</summary>
internal static class ReplyContent
{
    private static readonly JsonDocumentOptions _json = new() { MaxDepth = 256 };

    /// <summary>The bytes.</summary>
    /// <exception cref="ActivityException">There are more than the limit.</exception>
    public static async Task<byte[]> ReadAsync(HttpContent content, SecretUrl url, int limit, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (bytes.Length + read > limit)
            {
                throw new ActivityException($"{url} answered with more than {limit:N0} bytes. Ask it for less, or raise 'responseSizeLimit'.") { Retryable = false };
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }

    /// <summary>The value: of JSON what it says, of text the text, of anything else the bytes.</summary>
    /// <exception cref="ActivityException">A success says that it is JSON and is not; a failure's body is then taken for text.</exception>
    public static object? Parse(byte[] bytes, MediaTypeHeaderValue? type, SecretUrl url, bool isSuccess)
    {
        var mediaType = type?.MediaType ?? MediaTypeNames.Application.Octet;
        if (bytes.Length == 0)
        {
            return null;
        }

        if (mediaType.Contains("json", StringComparison.OrdinalIgnoreCase))
        {
            try
            {
                using var document = JsonDocument.Parse(TextOf(bytes, type), _json);
                return ValueConverter.FromJson(document.RootElement);
            }
            catch (JsonException e) when (isSuccess)
            {
                throw new ActivityException($"{url} answered with JSON that cannot be read: {e.Message}", e);
            }
            catch (JsonException)
            {
                return TextOf(bytes, type);
            }
        }

        var isText = mediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || mediaType.Contains("xml", StringComparison.OrdinalIgnoreCase)
            || mediaType.Equals(MediaTypeNames.Application.FormUrlEncoded, StringComparison.OrdinalIgnoreCase)
            || mediaType.Equals("application/javascript", StringComparison.OrdinalIgnoreCase);
        return isText ? TextOf(bytes, type) : bytes;
    }

    private static string TextOf(byte[] bytes, MediaTypeHeaderValue? type)
    {
        using var reader = new StreamReader(new MemoryStream(bytes), EncodingOf(type?.CharSet), detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }

    private static Encoding EncodingOf(string? charset)
    {
        try
        {
            return string.IsNullOrWhiteSpace(charset) ? Encoding.UTF8 : Encoding.GetEncoding(charset.Trim('"', ' '));
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8;
        }
    }
}
