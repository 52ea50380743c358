using System.Text.Json.Nodes;

namespace Dag.Host.Reference;

/// <summary>Pieces of a JSON schema.</summary>
internal static class Schemas
{
    public static JsonObject Ref(string definition) => new() { ["$ref"] = $"#/definitions/{definition}" };

    // What stands beside a $ref does not count in draft 7.
    public static JsonObject Ref(string definition, string description) =>
        new() { ["description"] = description, ["allOf"] = new JsonArray(Ref(definition)) };

    public static JsonObject Text(string description) => new() { ["description"] = description, ["type"] = new JsonArray("string", "null") };

    /// <summary>Yes or no, also as text, which Elsa's own files have.</summary>
    public static JsonObject Flag(string description) => new() { ["description"] = description, ["type"] = new JsonArray("boolean", "string", "null") };

    public static JsonObject Described(string type, string description) => new() { ["description"] = description, ["type"] = new JsonArray(type, "null") };

    /// <summary>A list; an object stands for a list of one, and in some files of Elsa's for the list itself.</summary>
    public static JsonObject ListOf(JsonObject item, string description) => new()
    {
        ["description"] = description,
        ["type"] = new JsonArray("array", "object", "null"),
        ["items"] = item,
    };

    /// <summary>A place for one activity.</summary>
    public static JsonObject ActivityOrNone(string description) => new()
    {
        ["description"] = description,
        ["anyOf"] = new JsonArray(Ref("activity"), new JsonObject { ["type"] = "null" }),
    };

    /// <summary>One of these texts.</summary>
    public static JsonObject Choice(IEnumerable<(string Value, string Description)> values, string description) => new()
    {
        ["description"] = description,
        ["anyOf"] = new JsonArray([.. values.Select(v => new JsonObject { ["const"] = v.Value, ["description"] = v.Description })]),
    };

    /// <summary>One of these texts, or another.</summary>
    public static JsonObject Suggestion(IEnumerable<(string Value, string Description)> values, string description)
    {
        var choice = Choice(values, description);
        choice["anyOf"]!.AsArray().Add(new JsonObject { ["type"] = new JsonArray("string", "null") });
        return choice;
    }

    /// <summary>What holds when a member has a value.</summary>
    public static JsonObject When(string member, string value, JsonObject then) => new()
    {
        ["if"] = new JsonObject { ["required"] = new JsonArray(member), ["properties"] = new JsonObject { [member] = new JsonObject { ["const"] = value } } },
        ["then"] = then,
    };

    /// <summary>Something to insert, for Visual Studio Code.</summary>
    public static JsonObject Snippet(string label, JsonNode body) => new() { ["label"] = label, ["body"] = body };
}
