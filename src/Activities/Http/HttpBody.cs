using System.Collections;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using Dag.Workflows.Activities;
using Dag.Workflows.Values;

namespace Dag.Activities.Http;

/// <summary>The body of a request, which can be sent again.</summary>
internal sealed record HttpBody(byte[] Bytes, MediaTypeHeaderValue Type)
{
    /// <summary>The body that a value is, by its content type; null for no value.</summary>
    /// <param name="content">Text and bytes are sent as they are; anything else as JSON, or as form fields.</param>
    /// <param name="contentType">Nothing means JSON, and <c>application/octet-stream</c> for bytes.</param>
    /// <exception cref="ActivityException">The value cannot be sent as that type.</exception>
    public static HttpBody? Of(object? content, string? contentType)
    {
        if (content is null)
        {
            return null;
        }

        contentType = !string.IsNullOrWhiteSpace(contentType) ? contentType.Trim() : content is byte[]? MediaTypeNames.Application.Octet : MediaTypeNames.Application.Json;
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || type.MediaType is null)
        {
            throw new ActivityException($"'{contentType}' is no content type. Set 'contentType' to one such as application/json.") { Retryable = false };
        }

        return new HttpBody(BytesOf(content, type.MediaType), type);
    }

    public HttpContent ToContent() => new ByteArrayContent(Bytes) { Headers = { ContentType = Type } };

    private static byte[] BytesOf(object content, string mediaType) => content switch
    {
        byte[] bytes => bytes,
        _ when mediaType.Equals(MediaTypeNames.Application.FormUrlEncoded, StringComparison.OrdinalIgnoreCase) => FormOf(content),
        string text => Encoding.UTF8.GetBytes(text),
        IEnumerable => Encoding.UTF8.GetBytes(ValueConverter.ToText(content)),
        _ when mediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase) => Encoding.UTF8.GetBytes(ValueConverter.ToText(content)),
        _ => JsonSerializer.SerializeToUtf8Bytes(content, JsonSerializerOptions.Web),
    };

    // Text that is a JSON object is meant as fields, any other text as fields that are encoded already.
    private static byte[] FormOf(object content)
    {
        if (content is string text)
        {
            if (!text.AsSpan().TrimStart().StartsWith('{'))
            {
                return Encoding.UTF8.GetBytes(text);
            }

            content = Parse(text);
        }

        if (content is not IEnumerable<KeyValuePair<string, object?>> fields)
        {
            throw new ActivityException("Form fields are an object, with a value or a list of values for each name. Correct 'content'.") { Retryable = false };
        }

        var pairs = from field in fields
                    from value in field.Value is IEnumerable and not string and not byte[]? ((IEnumerable)field.Value).Cast<object?>() : [field.Value]
                    select $"{Encode(field.Key)}={Encode(ValueConverter.ToText(value))}";
        return Encoding.UTF8.GetBytes(string.Join('&', pairs));
    }

    private static object Parse(string text)
    {
        try
        {
            return ValueConverter.FromJson(JsonSerializer.Deserialize<JsonElement>(text))!;
        }
        catch (JsonException e)
        {
            throw new ActivityException($"The form fields cannot be read as JSON: {e.Message} Correct 'content'.", e) { Retryable = false };
        }
    }

    private static string Encode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
