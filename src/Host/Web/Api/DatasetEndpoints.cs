using System.ComponentModel.DataAnnotations;
using Dag.Activities.Lake;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Dag.Host.Web.Api;

/// <summary>Datasets of the lake.</summary>
internal static class DatasetEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapDatasets()
        {
            routes.MapGet("/datasets", ListAsync);
            routes.MapGet("/datasets/{name}/versions", ListVersionsAsync);
        }
    }

    private static async Task<Ok<IReadOnlyList<DatasetSummary>>> ListAsync(DataLake lake, CancellationToken cancellationToken) =>
        TypedResults.Ok(await lake.ListAsync(cancellationToken));

    private static async Task<Results<Ok<IReadOnlyList<DatasetVersion>>, ProblemHttpResult>> ListVersionsAsync(
        string name, DataLake lake, CancellationToken cancellationToken, [FromQuery, Range(1, 500)] int take = 50) =>
        await lake.ListVersionsAsync(name, take, cancellationToken) is { Count: > 0 } versions
            ? TypedResults.Ok(versions)
            : Problems.NotFound($"There is no dataset {name}. GET /api/v1/datasets lists them.");
}
