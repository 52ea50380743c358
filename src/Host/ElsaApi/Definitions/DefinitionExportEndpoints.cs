using Dag.Workflows.Catalog;
using Dag.Workflows.Composition;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>Downloads of definitions: one as JSON; several, or one with those that use it, as a zip archive.</summary>
internal static class DefinitionExportEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapDefinitionExport()
        {
            routes.MapGet("/workflow-definitions/{definitionId}/export", ExportAsync);
            routes.MapPost("/bulk-actions/export/workflow-definitions", ExportManyAsync);
        }
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult, ValidationProblem>> ExportAsync(
        string definitionId, HttpRequest request, IDefinitionStore store, WorkflowConsumers consumers, CancellationToken cancellationToken)
    {
        var query = new ElsaQuery(request.Query);
        var versions = query.Versions(VersionSelector.Latest);
        var withConsumers = query.Flag("includeConsumingWorkflows");
        if (query.Problem is { } problem)
        {
            return problem;
        }

        if (await store.FindAsync(definitionId, versions, cancellationToken) is not { } stored)
        {
            return ElsaProblems.NoDefinition(definitionId);
        }

        return withConsumers
            ? Archive([stored, .. await ConsumersOfAsync([stored], store, consumers, cancellationToken)])
            : ExportedFiles.Single(DefinitionExport.NameOf(stored), DefinitionExport.ContentOf(stored));
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult, ValidationProblem>> ExportManyAsync(
        ExportBody body, IDefinitionStore store, WorkflowConsumers consumers, CancellationToken cancellationToken)
    {
        if (!ElsaProblems.HasIds(body.Ids, "ids", out var ids, out var problem))
        {
            return problem;
        }

        var found = new List<StoredDefinition>();
        foreach (var id in ids)
        {
            if (await store.FindAsync(id, cancellationToken) is { } stored)
            {
                found.Add(stored);
            }
        }

        if (found.Count == 0)
        {
            return Web.Api.Problems.NotFound("None of these versions is there.");
        }

        return Archive(body.IncludeConsumingWorkflows ? [.. found, .. await ConsumersOfAsync(found, store, consumers, cancellationToken)] : found);
    }

    private static async Task<IReadOnlyList<StoredDefinition>> ConsumersOfAsync(
        IReadOnlyList<StoredDefinition> used, IDefinitionStore store, WorkflowConsumers consumers, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, StoredDefinition>();
        foreach (var definition in used)
        {
            foreach (var id in await consumers.FindAllAsync(definition, cancellationToken))
            {
                if (!found.ContainsKey(id) && used.All(u => u.DefinitionId != id)
                    && await store.FindAsync(id, VersionSelector.Latest, cancellationToken) is { } consumer)
                {
                    found[id] = consumer;
                }
            }
        }

        return [.. found.Values];
    }

    private static FileContentHttpResult Archive(IEnumerable<StoredDefinition> definitions) => ExportedFiles.Archive(
        "workflow-definitions.zip", definitions.DistinctBy(d => d.Id).Select(d => (DefinitionExport.NameOf(d), DefinitionExport.ContentOf(d))));
}

/// <summary>What is exported.</summary>
/// <param name="Ids">The ids of versions.</param>
/// <param name="IncludeConsumingWorkflows">Whether those that use them go along; default no.</param>
internal sealed record ExportBody(string?[]? Ids, bool IncludeConsumingWorkflows);
