using System.ComponentModel.DataAnnotations;
using Dag.Activities.Models;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Dag.Host.Web.Api;

/// <summary>Models of the registry.</summary>
internal static class ModelEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapModels()
        {
            routes.MapGet("/models", ListAsync);
            routes.MapGet("/models/{name}/versions", ListVersionsAsync);
        }
    }

    private static async Task<Ok<IReadOnlyList<ModelSummary>>> ListAsync(ModelRegistry registry, CancellationToken cancellationToken) =>
        TypedResults.Ok(await registry.ListAsync(cancellationToken));

    private static async Task<Results<Ok<IReadOnlyList<ModelVersion>>, ProblemHttpResult>> ListVersionsAsync(
        string name, ModelRegistry registry, CancellationToken cancellationToken, [FromQuery, Range(1, 500)] int take = 50) =>
        ModelName.IsValid(name) && await registry.ListVersionsAsync(name, take, cancellationToken) is { Count: > 0 } versions
            ? TypedResults.Ok(versions)
            : Problems.NotFound($"There is no model {name}. GET /api/v1/models lists them.");
}
