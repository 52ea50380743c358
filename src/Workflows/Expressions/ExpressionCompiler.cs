using System.Text.Json;
using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Scripts;
using Dag.Workflows.Values;

namespace Dag.Workflows.Expressions;

/// <summary>Compiles the expressions of workflow JSON.</summary>
internal static class ExpressionCompiler
{
    /// <summary>The languages that are known.</summary>
    public static readonly IReadOnlyList<string> Languages = ["Literal", "Object", "Variable", "Input", "JavaScript"];

    /// <summary>
    /// Compiles an input: <c>{"typeName", "expression": {"type", "value"}}</c>, a bare scalar as a literal, null for an object without a
    /// typeName or expression.
    /// </summary>
    public static Expression? CompileInput(JsonElement input, InputDescriptor descriptor, IScriptEngine scripts)
    {
        if (input.IsMissing())
        {
            return null;
        }

        if (!input.IsObject())
        {
            return Literal(input, descriptor.Type);
        }

        var expression = JsonMembers.Get(input, "expression");
        return !expression.IsObject() ? null
            : descriptor.Editor == UIHints.Dictionary && DictionaryExpression.Compile(expression, descriptor.Type, scripts) is { } dictionary ? dictionary
            : Compile(expression, descriptor.Type, scripts);
    }

    /// <summary>Compiles <c>{"type", "value"}</c>.</summary>
    public static Expression Compile(JsonElement expression, Type type, IScriptEngine scripts)
    {
        var language = JsonMembers.Text(expression, "type") ?? "Literal";
        var value = JsonMembers.Get(expression, "value");
        return language switch
        {
            "Literal" => Literal(value, type),
            "Object" or "Json" => Object(value, type),
            "Variable" => Variable(value, type),
            "Input" => new InputExpression(NameIn(Picked(value)), type),
            "JavaScript" => new ScriptExpression(new Script(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.IsMissing() ? "" : value.GetRawText()), type, scripts),
            _ => new UnknownExpression(language),
        };
    }

    private static ConstantExpression Literal(JsonElement value, Type type) => Constant(() => ValueConverter.Convert(ValueConverter.FromJson(value), type));

    // JSON text becomes the target type; for Object the text itself is the value, as in Elsa.
    private static ConstantExpression Object(JsonElement value, Type type)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return Literal(value, type);
        }

        var text = value.GetString()!;
        return type == typeof(object) || type == typeof(string) ? new ConstantExpression(text, null) : Json(text, type);
    }

    /// <summary>Compiles the text of JSON as the value that it describes.</summary>
    public static ConstantExpression Json(string text, Type type) => Constant(() =>
    {
        using var document = JsonDocument.Parse(string.IsNullOrWhiteSpace(text) ? "null" : text);
        return ValueConverter.Convert(ValueConverter.FromJson(document.RootElement), type);
    });

    private static VariableExpression Variable(JsonElement value, Type type)
    {
        var picked = Picked(value);
        return new(JsonMembers.Text(picked, "id") ?? NameIn(picked), JsonMembers.Text(picked, "name"), type);
    }

    private static string NameIn(JsonElement value) =>
        (value.IsObject() ? JsonMembers.Text(value, "name") : value.ValueKind == JsonValueKind.String ? value.GetString() : null) ?? "";

    // Studio's pickers store the text of all that is known of a variable or input, others the object or its name.
    private static JsonElement Picked(JsonElement value) => JsonMembers.ObjectIn(value) ?? value;

    private static ConstantExpression Constant(Func<object?> compute)
    {
        try
        {
            return new ConstantExpression(compute(), null);
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return new ConstantExpression(null, e.Message);
        }
    }
}
