using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dag.Workflows.Activities;

namespace Dag.Host.Reference;

/// <summary>The JSON schema of an input: an expression, or a value that stands for itself; literal values are held to the input's type.</summary>
internal static class InputSchema
{
    private const string Span = @"^\s*(-?(\d+\.)?\d{1,2}:\d{1,2}(:\d{1,2}(\.\d{1,7})?)?|-?\d+)?\s*$";
    private const string Number = @"^\s*([-+]?[0-9.,]+([eE][-+]?[0-9]+)?)?\s*$";

    /// <summary>The schema of an input; what is the same for all inputs of a type goes into the definitions.</summary>
    public static JsonObject Of(InputDescriptor input, JsonObject definitions)
    {
        if (!input.Wrapped)
        {
            var value = ValueOf(input);
            value["description"] = input.Description;
            return value;
        }

        if (input.Options.Count > 0 || input.Rules.OfType<RangeAttribute>().Any())
        {
            return Member(input, Of(input));
        }

        var name = $"input-{ValueWords.TypeOf(input.Type).Replace(' ', '-')}";
        if (!definitions.ContainsKey(name))
        {
            definitions[name] = Of(input);
        }

        return Member(input, Schemas.Ref(name));
    }

    private static JsonObject Of(InputDescriptor input)
    {
        var value = ValueOf(input);

        var literal = new JsonObject
        {
            ["properties"] = new JsonObject
            {
                ["expression"] = new JsonObject
                {
                    ["if"] = new JsonObject { ["properties"] = new JsonObject { ["type"] = new JsonObject { ["const"] = "Literal" } } },
                    ["then"] = new JsonObject { ["properties"] = new JsonObject { ["value"] = value.DeepClone() } },
                },
            },
        };
        return new JsonObject
        {
            ["if"] = new JsonObject { ["type"] = "object" },
            ["then"] = value.Count == 0 ? Schemas.Ref("input") : new JsonObject { ["allOf"] = new JsonArray(Schemas.Ref("input"), literal) },
            ["else"] = value,
            ["defaultSnippets"] = Snippets(input),
        };
    }

    // One snippet beside the others: an editor inserts the one that is alone together with the member's name.
    private static JsonObject Member(InputDescriptor input, JsonObject schema) => new()
    {
        ["description"] = input.Description,
        ["allOf"] = new JsonArray(schema),
        ["defaultSnippets"] = new JsonArray(Schemas.Snippet("literal", Wrapped(input, "Literal", IsQuoted(input.Type) ? "$1" : "^$1"))),
    };

    private static bool IsQuoted(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type != typeof(bool) && !ValueWords.IsNumber(type) && !ValueWords.IsStatusCode(type);
    }

    private static JsonArray Snippets(InputDescriptor input) =>
    [
        Schemas.Snippet("variable", Wrapped(input, "Variable", new JsonObject { ["id"] = "$1", ["name"] = "$1" })),
        Schemas.Snippet("JavaScript", Wrapped(input, "JavaScript", "$1")),
    ];

    private static JsonObject Wrapped(InputDescriptor input, string language, JsonNode value) => new()
    {
        ["typeName"] = input.TypeName,
        ["expression"] = new JsonObject { ["type"] = language, ["value"] = value },
    };

    // What the converter takes, so that a text in the place of a number is right.
    private static JsonObject ValueOf(InputDescriptor input)
    {
        var type = Nullable.GetUnderlyingType(input.Type) ?? input.Type;
        var options = input.Options.Where(o => o.Length > 0).ToList();
        return type switch
        {
            _ when ValueWords.IsStatusCode(type) => NumberOf("integer", input),
            _ when ValueWords.ItemOf(type) is { } item => ListOf(item, options),
            _ when type.IsEnum || input.Rules.OfType<AllowedValuesAttribute>().Any() => OptionOf(type, options),
            _ when options.Count > 0 => Any(Enumeration(options), Types("string", "null")),
            _ when type == typeof(bool) => Any(Types("boolean", "null"), Pattern("^([Tt]rue|[Ff]alse)?$")),
            _ when type == typeof(int) || type == typeof(long) => NumberOf("integer", input),
            _ when ValueWords.IsNumber(type) => NumberOf("number", input),
            _ when type == typeof(TimeSpan) => Any(Pattern(Span), Types("number", "null")),
            _ when type == typeof(string) => Types("string", "number", "boolean", "null"),
            _ when type == typeof(DateTimeOffset) => Types("string", "null"),
            _ when ValueWords.ValueOf(type) is not null => Types("object", "string", "null"),
            _ => [],
        };
    }

    private static JsonObject ListOf(Type item, IReadOnlyList<string> options)
    {
        var list = Types("array");
        if (options.Count > 0)
        {
            list["items"] = Any(Enumeration(options), Types("string"));
        }
        else if (item == typeof(string))
        {
            list["items"] = Types("string", "number", "boolean", "null");
        }

        return Any(list, Types("string", "number", "object", "null"));
    }

    // Elsa writes some of its enums as numbers.
    private static JsonObject OptionOf(Type type, IReadOnlyList<string> options) =>
        Any(Enumeration([.. options, ""]), type.IsEnum ? Types("integer", "null") : Types("null"));

    private static JsonObject NumberOf(string kind, InputDescriptor input)
    {
        var number = Types(kind, "null");
        if (input.Rules.OfType<RangeAttribute>().FirstOrDefault() is { } range && !ValueWords.IsStatusCode(input.Type))
        {
            number["minimum"] = JsonValue.Create(Convert.ToDecimal(range.Minimum, CultureInfo.InvariantCulture));
            number["maximum"] = JsonValue.Create(Convert.ToDecimal(range.Maximum, CultureInfo.InvariantCulture));
        }

        return Any(number, Pattern(Number));
    }

    private static JsonObject Enumeration(IReadOnlyList<string> values) => new() { ["enum"] = JsonSerializer.SerializeToNode(values) };

    private static JsonObject Pattern(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

    private static JsonObject Types(params IReadOnlyList<string> types) => new() { ["type"] = types.Count == 1 ? types[0] : JsonSerializer.SerializeToNode(types) };

    private static JsonObject Any(params JsonNode[] schemas) => new() { ["anyOf"] = new JsonArray(schemas) };
}
