using System.Text.Json;
using System.Text.Json.Serialization;
using Dag.Workflows.Definitions;

namespace Dag.Host.Web;

/// <summary>Refuses any JSON in a request that holds text which is no Unicode; otherwise whoever asks for the text would fail.</summary>
internal sealed class UnicodeElementConverter : JsonConverter<JsonElement>
{
    public override bool HandleNull => true;

    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var element = JsonElement.ParseValue(ref reader);
        try
        {
            DefinitionReader.CheckText(element, "a value");
        }
        catch (DefinitionException e)
        {
            throw new JsonException($"{e.Faults[0].Place}: it holds text that is not valid Unicode.", e);
        }

        return element;
    }

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options)
    {
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            writer.WriteNullValue();
        }
        else
        {
            value.WriteTo(writer);
        }
    }
}
