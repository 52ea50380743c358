using System.Collections;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using Dag.Workflows.Activities;
using Dag.Workflows.Values;

namespace Dag.Workflows.Hooks;

/// <summary>Makes responses of values. All that the web would refuse is refused here, while it can still be an incident.</summary>
internal static class HookResponseWriter
{
    private static readonly string[] TransportHeaders = ["Connection", "Content-Length", "Keep-Alive", "Transfer-Encoding", "Upgrade", "Trailer"];

    /// <exception cref="ActivityException">It cannot be sent; the message names the input.</exception>
    public static HookResponse Write(int statusCode, object? content, string? contentType, object? headers)
    {
        if (statusCode is < 200 or > 599)
        {
            throw Unusable($"'statusCode' is {statusCode}: give one from 200 to 599.");
        }

        contentType = string.IsNullOrWhiteSpace(contentType) ? DefaultType(content) : contentType.Trim();
        if (contentType is not null && !MediaTypeHeaderValue.TryParse(contentType, out _))
        {
            throw Unusable($"'contentType' is '{contentType}', which is no content type: write one such as application/json.");
        }

        var hasBody = content is not null && statusCode is not (204 or 205 or 304);
        return new HookResponse
        {
            StatusCode = statusCode,
            ContentType = hasBody ? contentType : null,
            Body = hasBody ? BytesOf(content!, contentType!) : [],
            Headers = [.. HeadersOf(headers)],
        };
    }

    private static string? DefaultType(object? content) => content switch
    {
        null => null,
        byte[] => MediaTypeNames.Application.Octet,
        string => "text/plain; charset=utf-8",
        _ => MediaTypeNames.Application.Json,
    };

    private static byte[] BytesOf(object content, string contentType) => content switch
    {
        byte[] bytes => bytes,
        string text => Encoding.UTF8.GetBytes(text),
        IEnumerable => Encoding.UTF8.GetBytes(ValueCodec.ToPlainJson(content)),
        _ when contentType.StartsWith("text/", StringComparison.OrdinalIgnoreCase) => Encoding.UTF8.GetBytes(ValueConverter.ToText(content)),
        _ => JsonSerializer.SerializeToUtf8Bytes(ValueCodec.ToPlain(content), JsonSerializerOptions.Web),
    };

    private static IEnumerable<KeyValuePair<string, string[]>> HeadersOf(object? headers)
    {
        foreach (var (name, value) in Entries(headers))
        {
            var values = value is IEnumerable and not string ? ((IEnumerable)value).Cast<object?>().Select(ValueConverter.ToText).ToArray() : [ValueConverter.ToText(value)];
            if (name.Length == 0 || !name.All(IsTokenCharacter) || values.Any(v => v.Any(c => char.IsControl(c) && c != '\t' || c > '~')))
            {
                throw Unusable(string.Create(CultureInfo.InvariantCulture, $"The response header '{name}' cannot be sent: its name or its value holds characters that headers do not have."));
            }

            if (TransportHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw Unusable($"The response header '{name}' is the service's own: take it out of 'responseHeaders'.");
            }

            yield return new(name, values);
        }
    }

    private static IEnumerable<KeyValuePair<string, object?>> Entries(object? headers)
    {
        try
        {
            return headers is null or "" ? [] : (IReadOnlyDictionary<string, object?>)ValueConverter.Convert(headers, typeof(IReadOnlyDictionary<string, object?>))!;
        }
        catch (FormatException e)
        {
            throw new ActivityException("'responseHeaders' is no object with a text or a list of texts for each name.", e) { Retryable = false };
        }
    }

    private static bool IsTokenCharacter(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal);

    private static ActivityException Unusable(string message) => new(message) { Retryable = false };
}
