using System.Text.Json;

namespace Dag.Workflows.Definitions;

/// <summary>Writes a definition as Elsa 3 workflow JSON: the document as it was read, with the members that the server owns set.</summary>
public static class DefinitionWriter
{
    /// <summary>The definition as indented JSON.</summary>
    public static string Write(WorkflowDefinition definition)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(writer, definition);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter writer, WorkflowDefinition definition)
    {
        writer.WriteStartObject();
        writer.WriteString("id", definition.Id);
        writer.WriteString("definitionId", definition.DefinitionId);
        writer.WriteString("name", definition.Name);
        writer.WriteNumber("version", definition.Version);
        writer.WriteBoolean("isLatest", definition.IsLatest);
        writer.WriteBoolean("isPublished", definition.IsPublished);
        foreach (var member in definition.Source.EnumerateObject())
        {
            if (!IsOwned(member.Name))
            {
                member.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    private static bool IsOwned(string name) => name.ToLowerInvariant() is "id" or "definitionid" or "name" or "version" or "islatest" or "ispublished";
}
