using System.Text.Json;
using System.Text.Json.Serialization;
using Dag.Activities.Lake;

namespace Dag.Activities.Models;

/// <summary>Writes the object form; reads it (names in any case, further members ignored) and the text form.</summary>
internal sealed class ModelReferenceConverter : JsonConverter<ModelReference>
{
    public override ModelReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return ModelReference.TryParse(reader.GetString(), null, out var parsed) ? parsed : throw Unreadable();
        }

        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw Unreadable();
        }

        string? name = null, alias = null;
        int? version = null;
        foreach (var member in document.RootElement.EnumerateObject().Where(m => m.Value.ValueKind != JsonValueKind.Null))
        {
            switch (member.Name.ToLowerInvariant())
            {
                case "model":
                    name = Text(member.Value);
                    break;
                case "alias":
                    alias = Text(member.Value);
                    break;
                case "version":
                    version = member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out var number) && number > 0
                        ? number
                        : throw Unreadable();
                    break;
            }
        }

        return name is not null ? new ModelReference(name, version, alias) : throw Unreadable();
    }

    public override void Write(Utf8JsonWriter writer, ModelReference value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("model", value.Model);
        if (value.Version is { } version)
        {
            writer.WriteNumber("version", version);
        }

        if (value.Alias is { } alias)
        {
            writer.WriteString("alias", alias);
        }

        writer.WriteEndObject();
    }

    private static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && DatasetName.IsValid(value.GetString()) ? value.GetString()! : throw Unreadable();

    private static JsonException Unreadable() =>
        new("A model is {\"model\":\"delay\",\"version\":3}, where the version may be left out, or a text such as delay, delay@3 or "
            + "delay@champion.");
}
