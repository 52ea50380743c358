using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace Dag.Workflows.Values;

/// <summary>
/// Writes values into events and reads them back with their types: plain JSON where JSON has the type, <c>{"$": tag, "v": text}</c> for
/// the others. A value over 32 KB is written as <c>{"$": "blob", "v": hash}</c> by whoever owns the blobs.
/// </summary>
internal static class ValueCodec
{
    private const string Tag = "$";

    // Deeper than a definition may nest, whose literals can hold what a value holds.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 512 };

    public static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case long number when number is <= int.MaxValue and >= int.MinValue:
                WriteTagged(writer, "long", number.ToString(CultureInfo.InvariantCulture));
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                WriteDouble(writer, number);
                break;
            case double number:
                WriteTagged(writer, "double", number.ToString(CultureInfo.InvariantCulture));
                break;
            case decimal number:
                WriteTagged(writer, "decimal", number.ToString(CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset time:
                WriteTagged(writer, "time", time.ToString("O", CultureInfo.InvariantCulture));
                break;
            case TimeSpan span:
                WriteTagged(writer, "span", span.ToString("c", CultureInfo.InvariantCulture));
                break;
            case Guid id:
                WriteTagged(writer, "guid", id.ToString());
                break;
            case byte[] bytes:
                WriteTagged(writer, "bytes", Convert.ToBase64String(bytes));
                break;
            case JsonElement json:
                Write(writer, ValueConverter.FromJson(json));
                break;
            case BlobReference blob:
                WriteTagged(writer, "blob", blob.Hash);
                break;
            case IEnumerable<KeyValuePair<string, object?>> entries:
                WriteDictionary(writer, entries);
                break;
            case IDictionary entries when ValueConverter.Entries(entries) is { } typed:
                WriteDictionary(writer, typed);
                break;
            case IEnumerable items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case Enum name:
                writer.WriteStringValue(name.ToString());
                break;
            default:
                // A type of an activity's own travels as the JSON of its members.
                Write(writer, ValueConverter.FromJson(JsonSerializer.SerializeToElement(value, value.GetType(), JsonSerializerOptions.Web)));
                break;
        }
    }

    public static object? Read(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                return element.EnumerateArray().Select(Read).ToList();
            case JsonValueKind.Object when element.TryGetProperty(Tag, out var tag) && tag.ValueKind == JsonValueKind.String:
                return ReadTagged(tag.GetString()!, element.GetProperty("v"));
            case JsonValueKind.Object:
                var result = new Dictionary<string, object?>();
                foreach (var member in element.EnumerateObject())
                {
                    result[member.Name.StartsWith("$$", StringComparison.Ordinal) ? member.Name[1..] : member.Name] = Read(member.Value);
                }

                return result;
            case JsonValueKind.Number when element.GetRawText().AsSpan().ContainsAny('.', 'e', 'E'):
                return element.GetDouble();
            default:
                return ValueConverter.FromJson(element);
        }
    }

    /// <summary>The value as JSON for people and for scripts, without tags.</summary>
    public static string ToPlainJson(object? value) => JsonSerializer.Serialize(ToPlain(value), PlainOptions);

    private static readonly JsonSerializerOptions PlainOptions = new(JsonSerializerOptions.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The value as what System.Text.Json writes plainly.</summary>
    public static object? ToPlain(object? value) => value switch
    {
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        double number when !double.IsFinite(number) => number.ToString(CultureInfo.InvariantCulture),
        IEnumerable<KeyValuePair<string, object?>> entries => entries.ToDictionary(e => e.Key, e => ToPlain(e.Value)),
        string or byte[] or JsonElement => value,
        IDictionary entries when ValueConverter.Entries(entries) is { } typed => typed.ToDictionary(e => e.Key, e => ToPlain(e.Value)),
        IEnumerable items => items.Cast<object?>().Select(ToPlain).ToList(),
        _ => value,
    };

    /// <summary>The value as it stands in an event.</summary>
    public static byte[] Encode(object? value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, value);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static object? Decode(ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8, Options);
        return Read(document.RootElement);
    }

    private static void WriteDictionary(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, object?>> entries)
    {
        writer.WriteStartObject();
        foreach (var (key, entry) in entries)
        {
            // A user's own "$" must not be taken for a tag.
            writer.WritePropertyName(key.StartsWith('$') ? "$" + key : key);
            Write(writer, entry);
        }

        writer.WriteEndObject();
    }

    // A whole double gets a point, so that it is read back as a double.
    private static void WriteDouble(Utf8JsonWriter writer, double number)
    {
        Span<byte> text = stackalloc byte[40];
        number.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
        if (text[..length].IndexOfAny("."u8[0], "E"u8[0]) < 0)
        {
            ".0"u8.CopyTo(text[length..]);
            length += 2;
        }

        writer.WriteRawValue(text[..length], skipInputValidation: true);
    }

    private static void WriteTagged(Utf8JsonWriter writer, string tag, string value)
    {
        writer.WriteStartObject();
        writer.WriteString(Tag, tag);
        writer.WriteString("v", value);
        writer.WriteEndObject();
    }

    private static object ReadTagged(string tag, JsonElement value)
    {
        var text = value.GetString()!;
        return tag switch
        {
            "long" => long.Parse(text, CultureInfo.InvariantCulture),
            "double" => double.Parse(text, CultureInfo.InvariantCulture),
            "decimal" => decimal.Parse(text, CultureInfo.InvariantCulture),
            "time" => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture),
            "span" => TimeSpan.Parse(text, CultureInfo.InvariantCulture),
            "guid" => Guid.Parse(text),
            "bytes" => Convert.FromBase64String(text),
            "blob" => new BlobReference(text),
            _ => throw new InvalidDataException($"An event holds a value of the unknown kind '{tag}'. Use a newer version of the service."),
        };
    }
}

/// <summary>Stands in an event for a value that is stored under its hash.</summary>
internal sealed class BlobReference(string hash)
{
    public string Hash { get; } = hash;

    /// <summary>The value, once it has been read.</summary>
    public object? Value { get; set; }
}
