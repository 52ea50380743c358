using System.Text.Json;

namespace Dag.Workflows.Definitions;

/// <summary>Reads members the way Elsa's serializer does: names in any case, lists in their several spellings.</summary>
internal static class JsonMembers
{
    public static JsonElement Get(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return default;
        }

        if (element.TryGetProperty(name, out var exact))
        {
            return exact;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return member.Value;
            }
        }

        return default;
    }

    public static string? Text(JsonElement element, string name) => Get(element, name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    public static bool Flag(JsonElement element, string name) => Get(element, name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.String } text => bool.TryParse(text.GetString(), out var flag) && flag,
        _ => false,
    };

    public static int? Number(JsonElement element, string name) => Get(element, name) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var value) => value,
        { ValueKind: JsonValueKind.String } text when int.TryParse(text.GetString(), out var value) => value,
        _ => null,
    };

    /// <summary>A list: an array, <c>{"$values": […]}</c>, or one object that stands for a list of one.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                return element.EnumerateArray();
            case JsonValueKind.Object when Get(element, "$values") is { ValueKind: JsonValueKind.Array } values:
                return values.EnumerateArray();
            case JsonValueKind.Object:
                return [element];
            default:
                return [];
        }
    }

    /// <summary>An object, or the one that a text describes; null when it is neither.</summary>
    public static JsonElement? ObjectIn(JsonElement element)
    {
        if (element.IsObject())
        {
            return element;
        }

        // Most texts are none, and an exception for each of them would be dear.
        if (element.ValueKind != JsonValueKind.String || !element.GetString()!.AsSpan().TrimStart().StartsWith('{'))
        {
            return null;
        }

        try
        {
            return JsonElement.Parse(element.GetString()!);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static bool IsObject(this JsonElement element) => element.ValueKind == JsonValueKind.Object;

    public static bool IsMissing(this JsonElement element) => element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
}
