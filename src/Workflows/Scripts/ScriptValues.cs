using System.Collections;
using System.Globalization;
using System.Text.Json;
using Dag.Workflows.Values;

namespace Dag.Workflows.Scripts;

/// <summary>Values on their way into a script and back.</summary>
internal static class ScriptValues
{
    private const long LargestExact = (1L << 53) - 1;

    /// <summary>Writes a value as events have it, except for integers that JavaScript's numbers cannot hold: they are tagged.</summary>
    public static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case long number and (> LargestExact or < -LargestExact):
                writer.WriteStartObject();
                writer.WriteString("$", "long");
                writer.WriteString("v", number.ToString(CultureInfo.InvariantCulture));
                writer.WriteEndObject();
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case null or string or byte[] or int or double or bool:
                ValueCodec.Write(writer, value);
                break;
            case BlobReference blob:
                Write(writer, blob.Value);
                break;
            case JsonElement json:
                Write(writer, ValueConverter.FromJson(json));
                break;
            case IEnumerable<KeyValuePair<string, object?>> entries:
                writer.WriteStartObject();
                foreach (var (key, entry) in entries)
                {
                    writer.WritePropertyName(key.StartsWith('$') ? "$" + key : key);
                    Write(writer, entry);
                }

                writer.WriteEndObject();
                break;
            case IEnumerable items when value is not IDictionary:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                ValueCodec.Write(writer, value);
                break;
        }
    }

    /// <summary>
    /// A number for a variable that holds a number: JavaScript has one kind, so the variable's kind stays as long as it can hold it.
    /// </summary>
    public static object? Like(object? former, object? value) => (former, value) switch
    {
        (double, int number) => (double)number,
        (double, long number) => (double)number,
        (long, int number) => (long)number,
        (decimal, int number) => (decimal)number,
        (decimal, long number) => (decimal)number,
        (decimal, double number) when Math.Abs(number) < 1e15 => (decimal)number,
        _ => value,
    };
}
