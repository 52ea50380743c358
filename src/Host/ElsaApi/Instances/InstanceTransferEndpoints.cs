using System.Text;
using System.Text.Json;
using Dag.Host.ElsaApi.Definitions;
using Dag.Workflows.Definitions;
using Dag.Workflows.Running;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi.Instances;

/// <summary>Runs as files: with their histories, so that another service shows them as this one does.</summary>
internal static class InstanceTransferEndpoints
{
    // Values nest as deep as events may hold them.
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 512 };

    extension(IEndpointRouteBuilder routes)
    {
        public void MapInstanceTransfer()
        {
            routes.MapGet("/workflow-instances/{id}/export", ExportAsync);
            routes.MapPost("/bulk-actions/export/workflow-instances", ExportManyAsync);
            routes.MapPost("/bulk-actions/import/workflow-instances", ImportAsync);
        }
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ExportAsync(string id, RunArchive archive, CancellationToken cancellationToken) =>
        await ContentOfAsync(id, archive, cancellationToken) is { } content
            ? ExportedFiles.Single(NameOf(id), content)
            : ElsaProblems.NoRun(id);

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult, ValidationProblem>> ExportManyAsync(
        IdsBody body, RunArchive archive, CancellationToken cancellationToken)
    {
        if (!ElsaProblems.HasIds(body.Ids, "ids", out var ids, out var problem))
        {
            return problem;
        }

        var files = new List<(string Name, byte[] Json)>();
        foreach (var id in ids)
        {
            if (await ContentOfAsync(id, archive, cancellationToken) is { } content)
            {
                files.Add((NameOf(id), content));
            }
        }

        return files.Count == 0 ? Web.Api.Problems.NotFound("None of these runs is there.") : ExportedFiles.Archive("workflow-instances.zip", files);
    }

    private static async Task<Ok<ImportedInstances>> ImportAsync(HttpRequest request, RunArchive archive, CancellationToken cancellationToken)
    {
        var imported = 0;
        foreach (var file in await UploadedFiles.ReadAsync(request, cancellationToken))
        {
            try
            {
                using var document = JsonDocument.Parse(file.Content, Reading);
                imported += await archive.ImportAsync(document.RootElement, cancellationToken) ? 1 : 0;
            }
            catch (JsonException e)
            {
                throw new DefinitionException([new DefinitionFault(file.Name, $"It is no JSON: {e.Message}", "Export the run again.")]);
            }
            catch (DefinitionException e)
            {
                throw new DefinitionException([.. e.Faults.Select(f => f with { Place = $"{file.Name}, {f.Place}" })]);
            }
        }

        return TypedResults.Ok(new ImportedInstances(imported));
    }

    private static async Task<byte[]?> ContentOfAsync(string id, RunArchive archive, CancellationToken cancellationToken) =>
        await archive.ExportAsync(id, cancellationToken) is { } document ? Encoding.UTF8.GetBytes(JsonTree.ToText(document)) : null;

    private static string NameOf(string id) => $"run-{ExportedFiles.Slug(id)}.json";
}

/// <summary>How many runs were imported; those that were there already are not counted.</summary>
internal sealed record ImportedInstances(int Imported)
{
    /// <summary>The same, as Studio reads it.</summary>
    public int Count => Imported;
}
