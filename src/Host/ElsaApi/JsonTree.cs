using System.Text.Json;
using System.Text.Json.Nodes;
using Dag.Workflows.Definitions;

namespace Dag.Host.ElsaApi;

/// <summary>JSON that is changed on its way between what is stored and what Studio needs.</summary>
internal static class JsonTree
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = DefinitionReader.MaxDepth, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
    private static readonly JsonSerializerOptions Writing = new() { MaxDepth = DefinitionReader.MaxDepth + 16, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Indented = new(Writing) { WriteIndented = true };

    /// <summary>Reads an object; of members with the same name the last one counts.</summary>
    public static JsonObject ReadObject(string json)
    {
        using var document = JsonDocument.Parse(json, Options);
        return (JsonObject)Of(document.RootElement)!;
    }

    /// <summary>What the text of JSON holds; null when it is no text, or no JSON.</summary>
    public static JsonNode? Parse(JsonNode? text)
    {
        try
        {
            if (text is JsonValue value && value.TryGetValue<string>(out var json))
            {
                using var document = JsonDocument.Parse(json, Options);
                return Of(document.RootElement);
            }
        }
        catch (JsonException)
        {
            // It is a text like any other.
        }

        return null;
    }

    /// <summary>A changeable copy.</summary>
    public static JsonNode? Of(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var result = new JsonObject();
                foreach (var member in element.EnumerateObject())
                {
                    result[member.Name] = Of(member.Value);
                }

                return result;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(Of)]);
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }

    /// <summary>The tree as what the engine reads.</summary>
    public static JsonElement ToElement(JsonNode node) => JsonSerializer.SerializeToElement(node, Writing);

    /// <summary>The tree as text.</summary>
    public static string ToText(JsonNode? node) => node is null ? "null" : node.ToJsonString(Writing);

    /// <summary>The tree as text for people.</summary>
    public static string ToIndentedText(JsonNode node) => node.ToJsonString(Indented);

    /// <summary>Whether it says true, also as text.</summary>
    public static bool IsTrue(JsonNode? node) =>
        node is JsonValue value && (value.TryGetValue<bool>(out var flag) ? flag : value.TryGetValue<string>(out var text) && bool.TryParse(text, out flag) && flag);

    /// <summary>A text member; null when it is no text.</summary>
    public static string? Text(JsonNode? node, string name) =>
        node is JsonObject o && o.TryGetPropertyValue(name, out var value) && value is JsonValue v && v.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A member that names something, which may be a text or a number; empty when it is neither.</summary>
    public static string Label(JsonObject o, string name) => o[name] is JsonValue value ? Text(o, name) ?? value.ToJsonString() : "";

    /// <summary>A number member; null when it is no number.</summary>
    public static double? Number(JsonNode? node, string name) =>
        node is JsonObject o && o.TryGetPropertyValue(name, out var value) && value is JsonValue v && v.GetValueKind() == JsonValueKind.Number
            && v.TryGetValue<double>(out var number) && double.IsFinite(number) ? number : null;

    /// <summary>The object in a member; made, in place of anything else, when it is none.</summary>
    public static JsonObject ObjectIn(JsonObject parent, string name)
    {
        if (parent[name] is JsonObject there)
        {
            return there;
        }

        var made = new JsonObject();
        parent[name] = made;
        return made;
    }

    /// <summary>The list in a member, which may be spelled as <c>{"$values": […]}</c> or as one object; made when there is none.</summary>
    public static JsonArray ListIn(JsonObject parent, string name)
    {
        switch (parent[name])
        {
            case JsonArray there:
                return there;
            case JsonObject { } wrapped when wrapped["$values"] is JsonArray values:
                wrapped.Remove("$values");
                parent[name] = values;
                return values;
            case JsonObject single:
                parent[name] = null;
                var one = new JsonArray(single);
                parent[name] = one;
                return one;
            default:
                var made = new JsonArray();
                parent[name] = made;
                return made;
        }
    }

    /// <summary>Spells members as Studio reads them: with exactly these names, where they differ in case only.</summary>
    public static void Respell(JsonObject o, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (!o.ContainsKey(name) && o.FirstOrDefault(m => m.Key.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Key: { } other })
            {
                var value = o[other];
                o.Remove(other);
                o[name] = value;
            }
        }
    }
}
