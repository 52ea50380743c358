using Dag.Host.ElsaApi.Definitions;
using Dag.Workflows.Catalog;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi.Instances;

/// <summary>What is done to runs: cancel and delete, one or many.</summary>
internal static class InstanceActionEndpoints
{
    // So many runs are cancelled by a filter before the next are looked for.
    private const int Portion = 500;

    private const string Reason = "Cancelled in Elsa Studio.";

    private const string DeletionReason = "Deleted in Elsa Studio.";

    extension(IEndpointRouteBuilder routes)
    {
        public void MapInstanceActions()
        {
            routes.MapPost("/cancel/workflow-instances/{id}", CancelAsync);
            routes.MapPost("/bulk-actions/cancel/workflow-instances", CancelManyAsync);
            routes.MapDelete("/workflow-instances/{id}", DeleteAsync);
            routes.MapPost("/bulk-actions/delete/workflow-instances/by-id", DeleteManyAsync);
        }
    }

    private static async Task<Results<Ok<BulkCancelled>, ProblemHttpResult>> CancelAsync(string id, DagEngine engine, CancellationToken cancellationToken)
    {
        if (await engine.FindRunAsync(id, cancellationToken) is null)
        {
            return ElsaProblems.NoRun(id);
        }

        // One that is over is as the user wants it.
        return TypedResults.Ok(new BulkCancelled(await engine.CancelRunAsync(id, Reason, cancellationToken) ? 1 : 0));
    }

    private static async Task<Results<Ok<BulkCancelled>, ValidationProblem>> CancelManyAsync(
        BulkCancelBody body, DagEngine engine, IDefinitionStore store, CancellationToken cancellationToken)
    {
        if (body.Ids is not null)
        {
            if (!ElsaProblems.HasIds(body.Ids, "ids", out var ids, out var problem))
            {
                return problem;
            }

            var cancelled = 0;
            foreach (var id in ids)
            {
                cancelled += await engine.CancelRunAsync(id, Reason, cancellationToken) ? 1 : 0;
            }

            return TypedResults.Ok(new BulkCancelled(cancelled));
        }

        var filter = new RunFilter();
        if (body.DefinitionVersionId is { Length: > 0 } version)
        {
            return TypedResults.Ok(new BulkCancelled(await CancelAllAsync(filter with { DefinitionVersionId = version }, engine, cancellationToken)));
        }

        if (body.DefinitionId is not { Length: > 0 } definitionId)
        {
            return ElsaProblems.Missing("ids");
        }

        filter = filter with { DefinitionIds = [definitionId] };
        if (!ExecuteBodies.TryVersions(body.VersionOptions, VersionSelector.All, out var versions, out var fault))
        {
            return fault;
        }

        if (versions != VersionSelector.All)
        {
            filter = filter with { Version = (await store.FindAsync(definitionId, versions, cancellationToken))?.Version ?? 0 };
        }

        return TypedResults.Ok(new BulkCancelled(await CancelAllAsync(filter, engine, cancellationToken)));
    }

    /// <summary>Tells all runs that are found and go on to stop, and says how many they were.</summary>
    public static async Task<int> CancelAllAsync(RunFilter filter, DagEngine engine, CancellationToken cancellationToken)
    {
        // Those that are told to stop are over only a moment later, so the pages go on.
        filter = filter with { Status = "Running", Skip = 0, Take = Portion, Descending = false };
        var runs = new List<RunSummary>();
        for (var page = await engine.ListRunsAsync(filter, cancellationToken); page.Runs.Count > 0; page = await engine.ListRunsAsync(filter with { Skip = runs.Count }, cancellationToken))
        {
            runs.AddRange(page.Runs);
        }

        var cancelled = 0;
        foreach (var run in runs)
        {
            cancelled += await engine.CancelRunAsync(run.Id, Reason, cancellationToken) ? 1 : 0;
        }

        return cancelled;
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(string id, RunRemoval removal, CancellationToken cancellationToken) =>
        await removal.RemoveAsync([id], DeletionReason, cancellationToken) switch
        {
            { GoingOn.Count: > 0 } => TypedResults.Problem(
                $"Run {id} was told to cancel and is not over yet; the node that holds it may be busy. Delete it again in a moment.", statusCode: StatusCodes.Status409Conflict),
            { Deleted: 0 } => ElsaProblems.NoRun(id),
            _ => TypedResults.NoContent(),
        };

    private static async Task<Results<Ok<BulkDeleted>, ValidationProblem>> DeleteManyAsync(IdsBody body, RunRemoval removal, CancellationToken cancellationToken)
    {
        if (!ElsaProblems.HasIds(body.Ids, "ids", out var ids, out var problem))
        {
            return problem;
        }

        return TypedResults.Ok(new BulkDeleted((await removal.RemoveAsync(ids, DeletionReason, cancellationToken)).Deleted));
    }
}

/// <summary>Which runs are cancelled: by their ids, or those of a version, or of a workflow.</summary>
internal sealed record BulkCancelBody(string?[]? Ids, string? DefinitionVersionId, string? DefinitionId, System.Text.Json.JsonElement? VersionOptions);

/// <summary>How many were told to stop.</summary>
internal sealed record BulkCancelled(int CancelledCount);
