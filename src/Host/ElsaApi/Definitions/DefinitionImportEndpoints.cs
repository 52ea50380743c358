using System.Text.Json;
using System.Text.Json.Nodes;
using Dag.Workflows.Definitions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>Uploads of definitions, which become drafts: of the workflow that they name, or of a new one.</summary>
internal static class DefinitionImportEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapDefinitionImport()
        {
            routes.MapPost("/workflow-definitions/import", ImportAsync);
            routes.MapPost("/workflow-definitions/import-files", ImportFilesAsync);
        }
    }

    private static async Task<Ok<JsonObject>> ImportAsync(JsonElement model, DefinitionSaving saving, DefinitionView view, CancellationToken cancellationToken) =>
        TypedResults.Ok(await view.OfAsync(await saving.ImportAsync(model, cancellationToken), cancellationToken));

    private static async Task<Ok<ImportedFiles>> ImportFilesAsync(HttpRequest request, DefinitionSaving saving, CancellationToken cancellationToken)
    {
        // All are read before the first is stored.
        var documents = new List<JsonElement>();
        var faults = new List<DefinitionFault>();
        foreach (var file in await UploadedFiles.ReadAsync(request, cancellationToken))
        {
            try
            {
                documents.Add(DefinitionReader.Read(file.Content).Source);
            }
            catch (DefinitionException e)
            {
                faults.AddRange(e.Faults.Select(f => f with { Place = $"{file.Name}, {f.Place}" }));
            }
        }

        if (faults.Count > 0)
        {
            throw new DefinitionException(faults);
        }

        foreach (var document in documents)
        {
            await saving.ImportAsync(document, cancellationToken);
        }

        return TypedResults.Ok(new ImportedFiles(documents.Count));
    }
}

/// <summary>How many files were imported.</summary>
internal sealed record ImportedFiles(int Count);
