using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using Dag.Workflows.Activities;

namespace Dag.Host.Reference;

/// <summary>Types and values in words.</summary>
internal static class ValueWords
{
    /// <summary>The type of an input, with its limits.</summary>
    public static string TypeOf(InputDescriptor input)
    {
        var limits = string.Concat(input.Rules.Select(LimitOf));
        var type = Nullable.GetUnderlyingType(input.Type) ?? input.Type;
        var options = input.Options.Where(o => o.Length > 0).Select(o => $"`{o}`").ToList();
        return input.Editor switch
        {
            UIHints.Switch or UIHints.FlowSwitch => "list of cases",
            UIHints.HttpStatusCodes => "list of cases",
            UIHints.Variable => "variable",
            _ when options.Count > 0 && ItemOf(type) is not null => $"list of {Markdown.List(options, "or")}",
            _ when options.Count > 0 && !IsNumber(type) && !IsStatusCode(type) => Markdown.List(options, "or"),
            _ when IsStatusCode(type) => "integer",
            _ => TypeOf(type) + limits,
        };
    }

    /// <summary>A type.</summary>
    public static string TypeOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(object) || type == typeof(JsonElement) => "any",
            _ when type == typeof(string) || type.IsEnum => "text",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(int) || type == typeof(long) => "integer",
            _ when IsNumber(type) => "number",
            _ when type == typeof(TimeSpan) => "time span",
            _ when type == typeof(DateTimeOffset) => "time",
            _ when type == typeof(byte[]) => "bytes",
            _ when type.GetMethod("Parse", [typeof(string)]) is not null => JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Name).Replace('_', ' '),
            _ when ValueOf(type) is { } value => $"{Plural(value)} by name",
            _ when ItemOf(type) is { } item => $"list of {Plural(item)}",
            _ => "object",
        };
    }

    /// <summary>A value as it is written in JSON text.</summary>
    public static string Text(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>The type of the values of a dictionary; null for what is none.</summary>
    public static Type? ValueOf(Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [_, var value] && type.IsAssignableTo(typeof(IEnumerable)) ? value : null;

    /// <summary>The type of the items of a list; null for what is none.</summary>
    public static Type? ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [var item] && type.IsAssignableTo(typeof(IEnumerable)) ? item : null;

    /// <summary>Whether values are numbers.</summary>
    public static bool IsNumber(Type type) => type == typeof(int) || type == typeof(long) || type == typeof(double) || type == typeof(decimal);

    /// <summary>Whether values are HTTP status codes, which are written as numbers.</summary>
    public static bool IsStatusCode(Type type) => type == typeof(System.Net.HttpStatusCode);

    private static string Plural(Type type) => TypeOf(type) switch
    {
        "any" => "values",
        "true or false" => "flags",
        "object" => "objects",
        var word when word.StartsWith("list of", StringComparison.Ordinal) => "lists",
        var word when word.EndsWith("by name", StringComparison.Ordinal) => "objects",
        var word => word + "s",
    };

    private static string LimitOf(ValidationAttribute rule) => rule switch
    {
        RangeAttribute { Minimum: var least, Maximum: int.MaxValue } => $", {Number(least)} or more",
        RangeAttribute range => $", {Number(range.Minimum)} to {Number(range.Maximum)}",
        MaxLengthAttribute length => $", at most {Number(length.Length)} {(length.Length == 1 ? "character" : "characters")}",
        RegularExpressionAttribute expression => $", like {Markdown.Code(expression.Pattern)}",
        _ => "",
    };

    private static string Number(object limit) => limit is int number ? number.ToString("N0", CultureInfo.InvariantCulture) : Text(limit);
}
