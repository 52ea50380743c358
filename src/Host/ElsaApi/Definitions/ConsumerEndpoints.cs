using Dag.Workflows.Catalog;
using Dag.Workflows.Composition;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>The workflows that use a workflow as an activity.</summary>
internal static class ConsumerEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapConsumers()
        {
            routes.MapGet("/workflow-definitions/{definitionId}/consumers", ListAsync);
            routes.MapPost("/workflow-definitions/{definitionId}/update-references", UpdateAsync);
        }
    }

    private static async Task<Results<Ok<ConsumerIds>, ProblemHttpResult>> ListAsync(
        string definitionId, IDefinitionStore store, WorkflowConsumers consumers, CancellationToken cancellationToken) =>
        await store.FindAsync(definitionId, VersionSelector.Latest, cancellationToken) is { } used
            ? TypedResults.Ok(new ConsumerIds(await consumers.FindAllAsync(used, cancellationToken)))
            : ElsaProblems.NoDefinition(definitionId);

    private static async Task<Results<Ok<UpdatedConsumers>, ProblemHttpResult>> UpdateAsync(
        string definitionId, [FromBody] UpdateReferencesBody? body, IDefinitionStore store, ConsumerUpdates updates, CancellationToken cancellationToken) =>
        await store.FindAsync(definitionId, VersionSelector.Latest, cancellationToken) is { } used
            ? TypedResults.Ok(new UpdatedConsumers(await updates.UpdateAsync(used, body?.ConsumingWorkflowIds, cancellationToken)))
            : ElsaProblems.NoDefinition(definitionId);
}

/// <summary>The ids of those that use a workflow.</summary>
internal sealed record ConsumerIds(IReadOnlyList<string> ConsumingWorkflowDefinitionIds);

/// <summary>Which of those that use a workflow are updated; null for all.</summary>
internal sealed record UpdateReferencesBody(string[]? ConsumingWorkflowIds);

/// <summary>The ids of the workflows that were changed.</summary>
internal sealed record UpdatedConsumers(IReadOnlyList<string> AffectedWorkflows);
