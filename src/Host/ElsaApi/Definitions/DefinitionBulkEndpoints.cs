using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;
using Dag.Workflows.Publishing;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>What is done to many workflows at once.</summary>
internal static class DefinitionBulkEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapDefinitionBulkActions()
        {
            var bulk = routes.MapGroup("/bulk-actions");
            bulk.MapPost("/publish/workflow-definitions/by-definition-ids", PublishAsync);
            bulk.MapPost("/retract/workflow-definitions/by-definition-ids", RetractAsync);
            bulk.MapPost("/delete/workflow-definitions/by-definition-id", DeleteAsync);
            bulk.MapPost("/delete/workflow-definitions/by-id", DeleteVersionsAsync);
        }
    }

    private static async Task<Results<Ok<BulkPublished>, ValidationProblem>> PublishAsync(
        DefinitionIdsBody body, WorkflowDrafts drafts, ConsumerUpdates consumers, CancellationToken cancellationToken)
    {
        if (!ElsaProblems.HasIds(body.DefinitionIds, "definitionIds", out var ids, out var problem))
        {
            return problem;
        }

        var done = new BulkPublished([], [], [], [], []);
        foreach (var id in ids)
        {
            try
            {
                var published = await drafts.PublishAsync(id, cancellationToken);
                (published switch { null => done.NotFound, { WasPublished: true } => done.AlreadyPublished, _ => done.Published }).Add(id);
                if (published is { WasPublished: false })
                {
                    done.UpdatedConsumers.AddRange(await consumers.FollowAsync(published.Definition, cancellationToken));
                }
            }
            catch (DefinitionException e)
            {
                // The others are published all the same: Studio cannot show a refusal here, but the next publication shows the faults.
                done.Refused[id] = [.. e.Faults.Select(f => f.ToString())];
            }
        }

        return TypedResults.Ok(done);
    }

    private static async Task<Results<Ok<BulkRetracted>, ValidationProblem>> RetractAsync(
        DefinitionIdsBody body, WorkflowPublisher publisher, IDefinitionStore store, CancellationToken cancellationToken)
    {
        if (!ElsaProblems.HasIds(body.DefinitionIds, "definitionIds", out var ids, out var problem))
        {
            return problem;
        }

        var done = new BulkRetracted([], [], []);
        foreach (var id in ids)
        {
            var list = await publisher.RetractAsync(id, cancellationToken) ? done.Retracted
                : await store.FindAsync(id, VersionSelector.Latest, cancellationToken) is null ? done.NotFound
                : done.AlreadyRetracted;
            list.Add(id);
        }

        return TypedResults.Ok(done);
    }

    private static async Task<Results<Ok<BulkDeleted>, ValidationProblem>> DeleteAsync(
        DefinitionIdsBody body, WorkflowDrafts drafts, CancellationToken cancellationToken) =>
        ElsaProblems.HasIds(body.DefinitionIds, "definitionIds", out var ids, out var problem)
            ? TypedResults.Ok(new BulkDeleted(await drafts.DeleteAsync(ids, cancellationToken)))
            : problem;

    private static async Task<Results<Ok<BulkDeleted>, ValidationProblem>> DeleteVersionsAsync(
        IdsBody body, WorkflowDrafts drafts, CancellationToken cancellationToken) =>
        ElsaProblems.HasIds(body.Ids, "ids", out var ids, out var problem)
            ? TypedResults.Ok(new BulkDeleted(await drafts.DeleteVersionsAsync(ids, cancellationToken)))
            : problem;
}

/// <summary>Workflows by their ids.</summary>
internal sealed record DefinitionIdsBody(string?[]? DefinitionIds);

/// <summary>What has ids: versions, or runs.</summary>
internal sealed record IdsBody(string?[]? Ids);

/// <summary>What was published.</summary>
/// <param name="Published">Workflows that were published now.</param>
/// <param name="AlreadyPublished">Those that were already.</param>
/// <param name="NotFound">Those that are not there.</param>
/// <param name="UpdatedConsumers">Workflows that use one of them and were changed with it.</param>
/// <param name="Refused">Those with faults, with these.</param>
internal sealed record BulkPublished(
    List<string> Published, List<string> AlreadyPublished, List<string> NotFound, List<string> UpdatedConsumers, Dictionary<string, string[]> Refused);

/// <summary>What was taken out of service.</summary>
internal sealed record BulkRetracted(List<string> Retracted, List<string> AlreadyRetracted, List<string> NotFound);

/// <summary>How many were deleted.</summary>
internal sealed record BulkDeleted(int Deleted);
