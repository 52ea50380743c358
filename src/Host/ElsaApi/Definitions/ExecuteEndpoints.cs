using Dag.Host.Hosting;
using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;
using Dag.Workflows.Running;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Dag.Host.ElsaApi.Definitions;

/// <summary>Starts runs of published versions and of drafts. The answer comes once the start is stored, not when the run is over.</summary>
internal static class ExecuteEndpoints
{
    /// <summary>Carries the run's id; it is all that Studio reads of the answer.</summary>
    public const string InstanceHeader = "x-elsa-workflow-instance-id";

    /// <summary>"true" when nothing was started.</summary>
    public const string CannotStartHeader = "x-elsa-workflow-cannot-start";

    extension(IEndpointRouteBuilder routes)
    {
        public void MapExecution()
        {
            routes.MapPost("/workflow-definitions/{definitionId}/execute", StartAsync);
            routes.MapGet("/workflow-definitions/{definitionId}/execute", (
                    string definitionId, HttpContext context, IDefinitionStore store, ManualStart manual, DagEngine engine, CancellationToken cancellationToken) =>
                StartAsync(definitionId, null, context, store, manual, engine, cancellationToken));
            routes.MapPost("/workflow-definitions/{definitionId}/dispatch", StartAsync);
        }
    }

    private static async Task<Results<Ok<StartedInstance>, ProblemHttpResult, ValidationProblem>> StartAsync(
        string definitionId, [FromBody] ExecuteBody? body, HttpContext context, IDefinitionStore store, ManualStart manual, DagEngine engine, CancellationToken cancellationToken)
    {
        if (!ExecuteBodies.TryVersions(body?.VersionOptions, VersionSelector.Published, out var versions, out var fault))
        {
            return fault;
        }

        // Until something is started; an exception leaves it there.
        context.Response.Headers[CannotStartHeader] = "true";
        if (await store.FreezeAsync(definitionId, versions, cancellationToken) is not { } stored)
        {
            return ElsaProblems.NoDefinition(definitionId);
        }

        var request = manual.Of(DefinitionReader.Read(stored.Json), body.Inputs()) with { CorrelationId = body?.CorrelationId };
        if (body?.TriggerActivityId is { Length: > 0 } trigger)
        {
            request = request with { TriggerActivityId = trigger };
        }

        var runId = (await engine.StartRunAsync(request, cancellationToken))!;
        context.Response.Headers.Remove(CannotStartHeader);
        context.Response.Headers[InstanceHeader] = runId;
        return TypedResults.Ok(new StartedInstance(
            runId, new StartedState(runId, stored.DefinitionId, stored.Id, stored.Version, "Running", "Executing", body?.CorrelationId)));
    }
}
