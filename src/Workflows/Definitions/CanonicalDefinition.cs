using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Dag.Workflows.Definitions;

/// <summary>
/// A definition in the one form that is compared and kept in files: without what the server or an editor gives (ids of versions, numbers,
/// times, links, node ids, empty members), members in one order, two spaces, lines that end in LF.
/// </summary>
/// <remarks>Values and unknown members stay as their author wrote them, and so does the order of lists: it means something in a flowchart.</remarks>
internal static class CanonicalDefinition
{
    private const string RevisionProperty = "Dag.Revision";

    private static readonly string[] _document = ["definitionId", "name", "description", "options", "variables", "inputs", "outputs", "outcomes", "customProperties"];

    private static readonly HashSet<string> _given = new(StringComparer.OrdinalIgnoreCase)
    {
        "$schema", "id", "version", "isLatest", "isPublished", "createdAt", "links", "toolVersion", "isSystem", "materializerName", "materializerContext", "providerName",
        "isMaterializerAvailable",
    };

    private static readonly string[] _activityFirst = ["type", "version", "id", "name"];
    private static readonly string[] _activityLast = ["variables", "activities", "connections", "customProperties", "metadata"];
    private static readonly string[] _parameter = ["id", "name", "type", "typeName", "isArray", "value", "displayName", "description"];
    private static readonly JsonWriterOptions _writing = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text, with a line feed at its end.</summary>
    public static string Write(WorkflowDefinition definition)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, _writing))
        {
            WriteDocument(writer, definition);
        }

        buffer.WriteByte((byte)'\n');
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>The SHA-256 of the text, in hexadecimal.</summary>
    public static string HashOf(WorkflowDefinition definition) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write(definition))));

    /// <summary>Whether two definitions say the same.</summary>
    public static bool Same(WorkflowDefinition a, WorkflowDefinition b) => Write(a) == Write(b);

    private static void WriteDocument(Utf8JsonWriter writer, WorkflowDefinition definition)
    {
        writer.WriteStartObject();
        writer.WriteString("definitionId", definition.DefinitionId);
        writer.WriteString("name", definition.Name);
        foreach (var (name, value) in Ordered(definition.Source, _document, ["root"]).Where(m => !_given.Contains(m.Name)))
        {
            switch (name)
            {
                case "definitionId" or "name":
                case "description" when value.ValueKind == JsonValueKind.String && value.ValueEquals(""):
                case "isReadonly" when value.ValueKind == JsonValueKind.False:
                    break;
                case "options":
                    WriteSettings(writer, name, value, m => m.ValueKind is JsonValueKind.Null or JsonValueKind.False);
                    break;
                case "customProperties":
                    WriteProperties(writer, name, value);
                    break;
                case "variables" or "inputs" or "outputs":
                    WriteParameters(writer, name, value);
                    break;
                case "root":
                    writer.WritePropertyName(name);
                    WriteValue(writer, value);
                    break;
                default:
                    if (!IsEmpty(value))
                    {
                        writer.WritePropertyName(name);
                        value.WriteTo(writer);
                    }

                    break;
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteActivity(Utf8JsonWriter writer, JsonElement activity)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in Ordered(activity, _activityFirst, _activityLast))
        {
            switch (name)
            {
                case "nodeId" when value.ValueKind == JsonValueKind.String:
                    break;
                case "customProperties" or "metadata":
                    WriteProperties(writer, name, value);
                    break;
                case "variables":
                    WriteParameters(writer, name, value);
                    break;
                default:
                    if (value.ValueKind != JsonValueKind.Null)
                    {
                        writer.WritePropertyName(name);
                        WriteValue(writer, value);
                    }

                    break;
            }
        }

        writer.WriteEndObject();
    }

    // What may hold activities, or is an input.
    private static void WriteValue(Utf8JsonWriter writer, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var item in value.EnumerateArray())
            {
                WriteValue(writer, item);
            }

            writer.WriteEndArray();
        }
        else if (value.ValueKind != JsonValueKind.Object)
        {
            value.WriteTo(writer);
        }
        else if (IsText(value, "type") && (IsText(value, "id") || IsText(value, "nodeId")))
        {
            WriteActivity(writer, value);
        }
        else
        {
            WriteObject(writer, value);
        }
    }

    // A wrapped input, a connection, a case, a list in Elsa's other spelling.
    private static void WriteObject(Utf8JsonWriter writer, JsonElement value)
    {
        writer.WriteStartObject();
        var isInput = JsonMembers.Get(value, "expression").IsObject() || JsonMembers.Get(value, "memoryReference").IsObject();
        var isConnection = JsonMembers.Get(value, "source").IsObject() && JsonMembers.Get(value, "target").IsObject();
        foreach (var member in value.EnumerateObject())
        {
            if (isInput)
            {
                if (member.Value.ValueKind != JsonValueKind.Null)
                {
                    member.WriteTo(writer);
                }
            }
            else if (!isConnection || !IsEmpty(member.Value))
            {
                writer.WritePropertyName(member.Name);
                WriteValue(writer, member.Value);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteParameters(Utf8JsonWriter writer, string name, JsonElement list)
    {
        if (IsEmpty(list))
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var item in JsonMembers.Items(list))
        {
            if (!item.IsObject())
            {
                item.WriteTo(writer);
                continue;
            }

            writer.WriteStartObject();
            foreach (var (member, value) in Ordered(item, _parameter, []))
            {
                if (value.ValueKind != JsonValueKind.Null && !(member == "isArray" && value.ValueKind == JsonValueKind.False))
                {
                    writer.WritePropertyName(member);
                    value.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteSettings(Utf8JsonWriter writer, string name, JsonElement settings, Func<JsonElement, bool> isDefault)
    {
        var members = settings.IsObject() ? Ordered(settings, [], []).Where(m => !isDefault(m.Value)).ToList() : [];
        if (members.Count == 0)
        {
            return;
        }

        writer.WriteStartObject(name);
        foreach (var (member, value) in members)
        {
            writer.WritePropertyName(member);
            value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteProperties(Utf8JsonWriter writer, string name, JsonElement properties)
    {
        if (!properties.IsObject())
        {
            if (!properties.IsMissing())
            {
                writer.WritePropertyName(name);
                properties.WriteTo(writer);
            }

            return;
        }

        if (properties.EnumerateObject().Any(m => m.Name != RevisionProperty))
        {
            writer.WritePropertyName(name);
            WriteSorted(writer, properties);
        }
    }

    private static void WriteSorted(Utf8JsonWriter writer, JsonElement value)
    {
        if (!value.IsObject())
        {
            value.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var (name, member) in Ordered(value, [], []).Where(m => m.Name != RevisionProperty))
        {
            writer.WritePropertyName(name);
            WriteSorted(writer, member);
        }

        writer.WriteEndObject();
    }

    // Known names in their own spelling, whatever the case; of members with one name the last counts, as for the reader.
    private static IEnumerable<(string Name, JsonElement Value)> Ordered(JsonElement element, string[] first, string[] last)
    {
        var members = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            members[member.Name] = member.Value;
        }

        foreach (var known in first.Concat(last))
        {
            if (!members.ContainsKey(known) && members.Keys.FirstOrDefault(k => k.Equals(known, StringComparison.OrdinalIgnoreCase)) is { } other)
            {
                members.Remove(other, out var value);
                members[known] = value;
            }
        }

        return first.Concat(members.Keys.Except(first).Except(last)).Concat(last).Where(members.ContainsKey).Select(name => (name, members[name])).ToList();
    }

    private static bool IsText(JsonElement element, string name) => JsonMembers.Get(element, name).ValueKind == JsonValueKind.String;

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };
}
