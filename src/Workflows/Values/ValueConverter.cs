using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace Dag.Workflows.Values;

/// <summary>
/// Converts values leniently, as Elsa does: <c>"True"</c>, <c>"42"</c>, <c>"00:00:05"</c>, enum names in any case. In a run a value is
/// null, bool, int, long, double, decimal, string, Guid, DateTimeOffset, TimeSpan, bytes, a list, or a dictionary by name.
/// </summary>
public static class ValueConverter
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>The value of a JSON element: objects become dictionaries, arrays lists, whole numbers int or long.</summary>
    public static object? FromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when element.TryGetInt32(out var number) => number,
        JsonValueKind.Number when element.TryGetInt64(out var number) => number,
        JsonValueKind.Number when IsDecimal(element) && element.TryGetDecimal(out var number) && number.ToString(Invariant).Length > 17 => number,
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.Array => element.EnumerateArray().Select(FromJson).ToList(),
        JsonValueKind.Object => ObjectFromJson(element),
        _ => null,
    };

    /// <summary>
    /// The value in the types that a run knows, so that it is the same before it is stored and after it was read again: lists of any type
    /// become lists of objects, enums their names, an activity's own types dictionaries of their members.
    /// </summary>
    public static object? Normalize(object? value) => value switch
    {
        null or string or bool or int or long or double or decimal or Guid or DateTimeOffset or TimeSpan or byte[] or BlobReference => value,
        List<object?> list => Normalize(list),
        Dictionary<string, object?> entries => Normalize(entries),
        JsonElement json => FromJson(json),
        Enum => value.ToString(),
        DateTime time => new DateTimeOffset(time.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(time, DateTimeKind.Utc) : time),
        IEnumerable<KeyValuePair<string, object?>> entries => entries.ToDictionary(e => e.Key, e => Normalize(e.Value)),
        IDictionary entries when Entries(entries) is { } typed => typed.ToDictionary(e => e.Key, e => Normalize(e.Value)),
        IEnumerable items => items.Cast<object?>().Select(Normalize).ToList(),
        _ => FromJson(JsonSerializer.SerializeToElement(value, value.GetType(), JsonSerializerOptions.Web)),
    };

    /// <summary>Converts a value to a type.</summary>
    /// <exception cref="FormatException">It cannot be converted; the message names the value and the type.</exception>
    public static object? Convert(object? value, Type type)
    {
        if (value is JsonElement json)
        {
            value = type == typeof(JsonElement) ? json : FromJson(json);
        }

        var target = Nullable.GetUnderlyingType(type);
        if (value is null)
        {
            return target is null && type.IsValueType ? Activator.CreateInstance(type) : null;
        }

        target ??= type;
        if (target == typeof(object) || target.IsInstanceOfType(value))
        {
            return value;
        }

        try
        {
            return ConvertTo(value, target);
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidCastException or ArgumentException or JsonException or NotSupportedException)
        {
            throw new FormatException($"'{Shorten(ToText(value))}' cannot be read as {NameOf(target)}.", e);
        }
    }

    /// <summary>The value as text, the same on every machine; JSON for lists and dictionaries.</summary>
    public static string ToText(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "True" : "False",
        double number => number.ToString("R", Invariant),
        DateTimeOffset time => time.ToString("O", Invariant),
        TimeSpan span => span.ToString("c", Invariant),
        JsonElement json => json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText(),
        byte[] bytes => System.Convert.ToBase64String(bytes),
        IFormattable formattable => formattable.ToString(null, Invariant),
        IEnumerable => ValueCodec.ToPlainJson(value),
        _ => value.ToString() ?? "",
    };

    // Nearly always they are what they should be, and stay.
    private static List<object?> Normalize(List<object?> list)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (!ReferenceEquals(Normalize(list[i]), list[i]))
            {
                return list.ConvertAll(Normalize);
            }
        }

        return list;
    }

    private static Dictionary<string, object?> Normalize(Dictionary<string, object?> entries)
    {
        foreach (var value in entries.Values)
        {
            if (!ReferenceEquals(Normalize(value), value))
            {
                return entries.ToDictionary(e => e.Key, e => Normalize(e.Value));
            }
        }

        return entries;
    }

    /// <summary>The entries of a dictionary by name, whatever the type of its values; null when its keys are no text.</summary>
    internal static IEnumerable<KeyValuePair<string, object?>>? Entries(IDictionary dictionary)
    {
        var entries = new List<KeyValuePair<string, object?>>(dictionary.Count);
        foreach (DictionaryEntry entry in dictionary)
        {
            if (entry.Key is not string name)
            {
                return null;
            }

            entries.Add(new(name, entry.Value));
        }

        return entries;
    }

    private static object? ConvertTo(object value, Type target)
    {
        var text = value as string;
        if (target == typeof(string))
        {
            return ToText(value);
        }

        if (target.IsEnum)
        {
            return text is not null ? Enum.Parse(target, text.Trim(), ignoreCase: true) : Enum.ToObject(target, value);
        }

        if (text is not null && string.IsNullOrWhiteSpace(text) && target.IsValueType)
        {
            return Activator.CreateInstance(target);
        }

        return target switch
        {
            _ when target == typeof(bool) => text is null ? System.Convert.ToDouble(value, Invariant) != 0 : bool.Parse(text),
            _ when target == typeof(int) => checked((int)ToDecimal(value)),
            _ when target == typeof(long) => checked((long)ToDecimal(value)),
            _ when target == typeof(double) => text is null ? System.Convert.ToDouble(value, Invariant) : double.Parse(text, NumberStyles.Float, Invariant),
            _ when target == typeof(decimal) => ToDecimal(value),
            _ when target == typeof(Guid) => Guid.Parse(ToText(value)),
            _ when target == typeof(TimeSpan) => ToTimeSpan(value),
            _ when target == typeof(DateTimeOffset) => DateTimeOffset.Parse(ToText(value), Invariant, DateTimeStyles.AssumeUniversal),
            _ when target == typeof(byte[]) => System.Convert.FromBase64String(ToText(value)),
            _ when target == typeof(JsonElement) => JsonSerializer.Deserialize<JsonElement>(text ?? ValueCodec.ToPlainJson(value)),
            _ => ConvertToCollection(value, target),
        };
    }

    private static object? ConvertToCollection(object value, Type target)
    {
        if (value is string text && text.AsSpan().TrimStart() is ['[' or '{', ..])
        {
            value = FromJson(JsonSerializer.Deserialize<JsonElement>(text)) ?? text;
        }

        if (DictionaryValueType(target) is { } valueType && value is IEnumerable<KeyValuePair<string, object?>> entries)
        {
            var result = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), valueType))!;
            foreach (var (key, entry) in entries)
            {
                result[key] = Convert(entry, valueType);
            }

            return result;
        }

        if (ListItemType(target) is { } itemType)
        {
            var items = value is IEnumerable list and not string and not IDictionary ? list : new[] { value };
            var result = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(itemType))!;
            foreach (var item in items)
            {
                result.Add(Convert(item, itemType));
            }

            return result;
        }

        if (target.GetConstructor([typeof(string)]) is null && value is string or IEnumerable<KeyValuePair<string, object?>>)
        {
            return ConvertToRecord(value, target);
        }

        throw new InvalidCastException();
    }

    // A type of an activity's own, such as a dataset reference: its static Parse for text, its JSON form for an object.
    private static object ConvertToRecord(object value, Type target)
    {
        if (value is string text)
        {
            var parse = target.GetMethod("Parse", [typeof(string)]) ?? throw new InvalidCastException();
            try
            {
                return parse.Invoke(null, [text])!;
            }
            catch (System.Reflection.TargetInvocationException e) when (e.InnerException is not null)
            {
                throw new FormatException(e.InnerException.Message, e.InnerException);
            }
        }

        return JsonSerializer.Deserialize(ValueCodec.ToPlainJson(value), target, JsonSerializerOptions.Web) ?? throw new InvalidCastException();
    }

    private static Type? ListItemType(Type type) =>
        type.IsArray ? null
        : type.IsGenericType && type.GetGenericArguments() is [var item] && type.IsAssignableFrom(typeof(List<>).MakeGenericType(item)) ? item
        : null;

    private static Type? DictionaryValueType(Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [var key, var value] && key == typeof(string)
            && type.IsAssignableFrom(typeof(Dictionary<,>).MakeGenericType(key, value)) ? value
        : null;

    private static decimal ToDecimal(object value) =>
        value is string text ? decimal.Parse(text, NumberStyles.Float, Invariant) : System.Convert.ToDecimal(value, Invariant);

    private static TimeSpan ToTimeSpan(object value) =>
        value is string text ? TimeSpan.Parse(text, Invariant) : TimeSpan.FromSeconds(System.Convert.ToDouble(value, Invariant));

    private static Dictionary<string, object?> ObjectFromJson(JsonElement element)
    {
        var result = new Dictionary<string, object?>();
        foreach (var member in element.EnumerateObject())
        {
            result[member.Name] = FromJson(member.Value);
        }

        return result;
    }

    private static bool IsDecimal(JsonElement element) => !element.GetRawText().AsSpan().ContainsAny('e', 'E');

    private static string NameOf(Type type) => type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}" : TypeAliases.NameOf(type);

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
