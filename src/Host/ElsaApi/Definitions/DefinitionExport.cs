using System.Text;
using System.Text.Json.Nodes;
using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>A stored definition as a file that an Elsa server reads too.</summary>
internal static class DefinitionExport
{
    private const string Schema = "https://elsaworkflows.io/schemas/workflow-definition/v3.0.0/schema.json";

    public static string NameOf(StoredDefinition stored) => $"{ExportedFiles.Slug(stored.DefinitionId)}-v{stored.Version}.json";

    public static byte[] ContentOf(StoredDefinition stored)
    {
        var definition = DefinitionReader.Read(stored.Json) with
        {
            Id = stored.Id,
            DefinitionId = stored.DefinitionId,
            Name = stored.Name,
            Version = stored.Version,
            IsLatest = stored.IsLatest,
            IsPublished = stored.IsPublished,
        };
        var written = JsonTree.ReadObject(DefinitionWriter.Write(definition));
        var document = new JsonObject { ["$schema"] = Schema };
        foreach (var (name, value) in written)
        {
            document.TryAdd(name, value?.DeepClone());
        }

        return Encoding.UTF8.GetBytes(JsonTree.ToIndentedText(document) + "\n");
    }
}
