using System.Collections.Frozen;
using System.Text.Json;

namespace Dag.Workflows.Values;

/// <summary>Elsa's short names for value types.</summary>
internal static class TypeAliases
{
    private static readonly FrozenDictionary<string, Type> ByName = new Dictionary<string, Type>(StringComparer.OrdinalIgnoreCase)
    {
        ["Int16"] = typeof(int),
        ["Int32"] = typeof(int),
        ["Int64"] = typeof(long),
        ["Long"] = typeof(long),
        ["Single"] = typeof(double),
        ["Double"] = typeof(double),
        ["Decimal"] = typeof(decimal),
        ["Boolean"] = typeof(bool),
        ["String"] = typeof(string),
        ["Object"] = typeof(object),
        ["ByteArray"] = typeof(byte[]),
        ["Guid"] = typeof(Guid),
        ["DateTime"] = typeof(DateTimeOffset),
        ["DateTimeOffset"] = typeof(DateTimeOffset),
        ["TimeSpan"] = typeof(TimeSpan),
        ["JSON"] = typeof(IReadOnlyDictionary<string, object?>),
        ["JsonElement"] = typeof(JsonElement),
        ["JsonNode"] = typeof(JsonElement),
        ["JsonObject"] = typeof(IReadOnlyDictionary<string, object?>),
        ["JsonArray"] = typeof(IReadOnlyList<object?>),
        ["StringDictionary"] = typeof(IReadOnlyDictionary<string, string>),
        ["StringMap"] = typeof(IReadOnlyDictionary<string, string>),
        ["ObjectDictionary"] = typeof(IReadOnlyDictionary<string, object?>),
        ["ObjectMap"] = typeof(IReadOnlyDictionary<string, object?>),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The aliases that an editor offers, with words for people.</summary>
    public static readonly IReadOnlyList<(string Alias, string DisplayName, string Category, string Description)> Offered =
    [
        ("Object", "Any", "Primitives", "Any value."),
        ("String", "String", "Primitives", "A text."),
        ("Boolean", "Boolean", "Primitives", "True or false."),
        ("Int32", "Int32", "Primitives", "A whole number of up to about two thousand million."),
        ("Int64", "Int64", "Primitives", "A whole number of up to about nine million million million."),
        ("Double", "Double", "Primitives", "A number."),
        ("Decimal", "Decimal", "Primitives", "A decimal number, exact, as for money."),
        ("DateTimeOffset", "Date and time", "Primitives", "A point in time, such as 2026-11-20T10:00:00Z."),
        ("TimeSpan", "Time span", "Primitives", "A length of time, as days.hours:minutes:seconds."),
        ("Guid", "Guid", "Primitives", "An identifier of 128 bits."),
        ("ObjectDictionary", "Dictionary", "Data", "Values by name: a JSON object."),
        ("StringDictionary", "Dictionary of texts", "Data", "Texts by name."),
        ("JsonArray", "List", "Data", "A list of any values: a JSON array."),
        ("ByteArray", "Bytes", "Data", "Bytes; in JSON as Base64."),
    ];

    /// <summary>The names that <see cref="Resolve"/> knows.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>
    /// The type of an alias, <c>X[]</c> or a CLR name such as <c>System.Int32, System.Private.CoreLib</c>; object for what is unknown,
    /// because a value keeps its own type there.
    /// </summary>
    public static Type Resolve(string? name, bool isArray = false)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return isArray ? typeof(IReadOnlyList<object?>) : typeof(object);
        }

        var bare = name.Split(',')[0].Trim();
        if (bare.EndsWith("[]", StringComparison.Ordinal))
        {
            (bare, isArray) = (bare[..^2], true);
        }

        var type = ByName.GetValueOrDefault(bare) ?? ByName.GetValueOrDefault(bare[(bare.LastIndexOf('.') + 1)..]) ?? typeof(object);
        return isArray ? typeof(IReadOnlyList<>).MakeGenericType(type) : type;
    }

    /// <summary>The alias of a type, for descriptors; <c>Object</c> for what has none.</summary>
    public static string NameOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
        {
            return "String";
        }

        return type switch
        {
            _ when type == typeof(int) => "Int32",
            _ when type == typeof(long) => "Int64",
            _ when type == typeof(double) => "Double",
            _ when type == typeof(decimal) => "Decimal",
            _ when type == typeof(bool) => "Boolean",
            _ when type == typeof(string) => "String",
            _ when type == typeof(Guid) => "Guid",
            _ when type == typeof(DateTimeOffset) => "DateTimeOffset",
            _ when type == typeof(TimeSpan) => "TimeSpan",
            _ when type == typeof(byte[]) => "ByteArray",
            _ when type == typeof(IReadOnlyDictionary<string, string>) => "StringDictionary",
            _ when type == typeof(IReadOnlyDictionary<string, object?>) => "ObjectDictionary",
            _ => "Object",
        };
    }
}
