using Dag.Workflows.Activities;
using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Dag.Host.ElsaApi.Scripting;

/// <summary>What scripts of a workflow find, as TypeScript declarations: Studio's code editor completes with them.</summary>
internal static class TypeDefinitionEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapTypeDefinitions() => routes.MapPost("/scripting/javascript/type-definitions/{id}", GetAsync);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> GetAsync(
        string id, [FromBody] TypeDefinitionsBody? body, IDefinitionStore store, ActivityCatalog catalog, CancellationToken cancellationToken)
    {
        if ((await store.FindAsync(id, VersionSelector.Latest, cancellationToken) ?? await store.FindAsync(id, cancellationToken)) is not { } stored)
        {
            return ElsaProblems.NoDefinition(id);
        }

        var text = TypeDefinitions.Of(DefinitionReader.Read(stored.Json), catalog, body?.ActivityTypeName == "Elsa.RunJavaScript");
        return TypedResults.File(System.Text.Encoding.UTF8.GetBytes(text), "application/x-typescript", "elsa.d.ts");
    }
}

/// <summary>Where the script stands.</summary>
internal sealed record TypeDefinitionsBody(string? WorkflowDefinitionId, string? ActivityTypeName, string? PropertyName);
