using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dag.Activities.Lake;

/// <summary>Writes the object form; reads it (names in any case, further members ignored) and the text form.</summary>
internal sealed class DatasetReferenceConverter : JsonConverter<DatasetReference>
{
    public override DatasetReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return DatasetReference.TryParse(reader.GetString(), null, out var parsed) ? parsed : throw Unreadable();
        }

        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw Unreadable();
        }

        string? name = null;
        int? version = null;
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.Name.Equals("dataset", StringComparison.OrdinalIgnoreCase) && member.Value.ValueKind == JsonValueKind.String)
            {
                name = member.Value.GetString();
            }
            else if (member.Name.Equals("version", StringComparison.OrdinalIgnoreCase) && member.Value.ValueKind != JsonValueKind.Null)
            {
                version = member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out var number) && number > 0
                    ? number
                    : throw Unreadable();
            }
        }

        return name is not null && DatasetName.IsValid(name) ? new DatasetReference(name, version) : throw Unreadable();
    }

    public override void Write(Utf8JsonWriter writer, DatasetReference value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("dataset", value.Dataset);
        if (value.Version is { } version)
        {
            writer.WriteNumber("version", version);
        }

        writer.WriteEndObject();
    }

    private static JsonException Unreadable() =>
        new("A dataset is {\"dataset\":\"flights\",\"version\":3}, where the version may be left out, or a text: flights or flights@3.");
}
