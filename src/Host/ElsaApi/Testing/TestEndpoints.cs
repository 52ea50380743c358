using Dag.Host.ElsaApi.Definitions;
using Dag.Workflows.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi.Testing;

/// <summary>Runs one activity by itself.</summary>
internal static class TestEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapTests() => routes.MapPost("/tests/activities", RunAsync);
    }

    private static async Task<Results<Ok<ActivityTestResult>, ProblemHttpResult, ValidationProblem>> RunAsync(
        TestBody body, ActivityTest test, DefinitionVersions versions, IDefinitionStore store, CancellationToken cancellationToken)
    {
        if (body.ActivityHandle?.ActivityNodeId is not { Length: > 0 } nodeId)
        {
            return ElsaProblems.Missing("activityHandle.activityNodeId");
        }

        var handle = body.WorkflowDefinitionHandle;
        var stored = handle switch
        {
            { DefinitionVersionId: { Length: > 0 } id } => await versions.FindAsync(id, cancellationToken),
            { DefinitionId: { Length: > 0 } id } => await store.FindAsync(id, VersionSelector.Latest, cancellationToken),
            _ => null,
        };
        if (stored is null)
        {
            return handle is { DefinitionVersionId: { Length: > 0 } version } ? ElsaProblems.NoVersion(version)
                : handle is { DefinitionId: { Length: > 0 } definition } ? ElsaProblems.NoDefinition(definition)
                : ElsaProblems.Missing("workflowDefinitionHandle.definitionVersionId");
        }

        return await test.RunAsync(stored, nodeId, cancellationToken) is { } result
            ? TypedResults.Ok(result)
            : Web.Api.Problems.NotFound($"There is no activity {nodeId} in this version.");
    }
}

/// <summary>What is to be tested.</summary>
internal sealed record TestBody(DefinitionHandle? WorkflowDefinitionHandle, ActivityHandle? ActivityHandle);

/// <summary>Names a definition: one version, or the latest.</summary>
internal sealed record DefinitionHandle(string? DefinitionVersionId, string? DefinitionId);

/// <summary>Names an activity.</summary>
internal sealed record ActivityHandle(string? ActivityNodeId);
