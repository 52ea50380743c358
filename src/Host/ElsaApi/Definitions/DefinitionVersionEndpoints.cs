using Dag.Workflows.Publishing;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>Versions of workflows: go back to one, delete one.</summary>
internal static class DefinitionVersionEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapDefinitionVersions()
        {
            routes.MapPost("/workflow-definitions/{definitionId}/revert/{version:int}", RevertAsync);
            routes.MapDelete("/workflow-definition-versions/{id}", DeleteAsync);
        }
    }

    private static async Task<Results<Ok<DefinitionListItem>, ProblemHttpResult>> RevertAsync(
        string definitionId, int version, WorkflowDrafts drafts, CancellationToken cancellationToken) =>
        await drafts.RevertAsync(definitionId, version, cancellationToken) is { } draft
            ? TypedResults.Ok(DefinitionListItem.Of(draft))
            : Web.Api.Problems.NotFound($"The workflow {definitionId} has no version {version}.");

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(string id, WorkflowDrafts drafts, CancellationToken cancellationToken) =>
        await drafts.DeleteVersionsAsync([id], cancellationToken) > 0 ? TypedResults.NoContent() : ElsaProblems.NoVersion(id);
}
