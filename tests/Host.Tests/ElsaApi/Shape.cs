using System.Text.Json;

namespace Dag.Host.Tests.ElsaApi;

/// <summary>
/// Says how an answer differs from a shape. A shape is JSON in which texts stand for kinds: text, number, flag, time, object, list, any;
/// with a question mark it may be null. A list has the shape of its items and must hold at least one; <c>[]</c> must be empty. Members that
/// the shape does not name are not looked at; names must be spelled exactly.
/// </summary>
internal static class Shape
{
    public static IEnumerable<string> Differences(JsonElement shape, JsonElement actual, string place = "$")
    {
        return shape.ValueKind switch
        {
            JsonValueKind.Object => actual.ValueKind != JsonValueKind.Object ? [$"{place} is no object but {actual.ValueKind}"]
                : shape.EnumerateObject().SelectMany(m => actual.TryGetProperty(m.Name, out var member)
                    ? Differences(m.Value, member, $"{place}.{m.Name}")
                    : m.Value is { ValueKind: JsonValueKind.String } kind && kind.GetString() == "any?" ? [] : [$"{place}.{m.Name} is missing"]),
            JsonValueKind.Array => actual.ValueKind != JsonValueKind.Array ? [$"{place} is no list but {actual.ValueKind}"]
                : shape.GetArrayLength() == 0 ? actual.GetArrayLength() == 0 ? [] : [$"{place} is not empty"]
                : actual.GetArrayLength() == 0 ? [$"{place} is empty"]
                : actual.EnumerateArray().SelectMany((item, i) => Differences(shape[0], item, $"{place}[{i}]")),
            JsonValueKind.String => IsKind(shape.GetString()!, actual) ? [] : [$"{place} is no {shape.GetString()} but {actual.GetRawText()}"],
            _ => shape.GetRawText() == actual.GetRawText() ? [] : [$"{place} is not {shape.GetRawText()} but {actual.GetRawText()}"],
        };
    }

    private static bool IsKind(string kind, JsonElement actual)
    {
        if (kind.EndsWith('?'))
        {
            return actual.ValueKind == JsonValueKind.Null || IsKind(kind[..^1], actual);
        }

        return kind switch
        {
            "text" => actual.ValueKind == JsonValueKind.String,
            "number" => actual.ValueKind == JsonValueKind.Number,
            "flag" => actual.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "time" => actual.ValueKind == JsonValueKind.String && actual.TryGetDateTimeOffset(out _),
            "object" => actual.ValueKind == JsonValueKind.Object,
            "list" => actual.ValueKind == JsonValueKind.Array,
            "any" => true,
            _ => actual.ValueKind == JsonValueKind.String && actual.GetString() == kind,
        };
    }
}
