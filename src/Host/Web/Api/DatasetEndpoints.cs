using System.ComponentModel.DataAnnotations;
using Dag.Activities.Lake;
using Dag.Activities.Quality;
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
            routes.MapGet("/datasets/{name}/versions/{version:int}/checks", ListChecksAsync);
            routes.MapGet("/datasets/{name}/versions/{version:int}/profile", FindProfileAsync);
        }
    }

    private static async Task<Ok<IReadOnlyList<DatasetSummary>>> ListAsync(DataLake lake, CancellationToken cancellationToken) =>
        TypedResults.Ok(await lake.ListAsync(cancellationToken));

    private static async Task<Results<Ok<IReadOnlyList<DatasetVersion>>, ProblemHttpResult>> ListVersionsAsync(
        string name, DataLake lake, CancellationToken cancellationToken, [FromQuery, Range(1, 500)] int take = 50) =>
        DatasetName.IsValid(name) && await lake.ListVersionsAsync(name, take, cancellationToken) is { Count: > 0 } versions
            ? TypedResults.Ok(versions)
            : Problems.NotFound($"There is no dataset {name}. GET /api/v1/datasets lists them.");

    private static async Task<Results<Ok<IReadOnlyList<CheckReport>>, ProblemHttpResult>> ListChecksAsync(
        string name, int version, DataLake lake, CheckReports reports, CancellationToken cancellationToken, [FromQuery, Range(1, 100)] int take = 10) =>
        DatasetName.IsValid(name) && await lake.FindAsync(new DatasetReference(name, version), cancellationToken) is not null
            ? TypedResults.Ok(await reports.ListAsync(name, version, take, cancellationToken))
            : Problems.NotFound($"There is no version {version} of a dataset {name}. GET /api/v1/datasets/{name}/versions lists them.");

    private static async Task<Results<Ok<DatasetProfile>, ProblemHttpResult>> FindProfileAsync(
        string name, int version, DataLake lake, DatasetProfiles profiles, CancellationToken cancellationToken) =>
        DatasetName.IsValid(name) && await profiles.FindAsync(name, version, cancellationToken) is { } profile ? TypedResults.Ok(profile)
        : DatasetName.IsValid(name) && await lake.FindAsync(new DatasetReference(name, version), cancellationToken) is not null
            ? Problems.NotFound($"{name}@{version} has no profile: Dag.ProfileDataset makes it.")
        : Problems.NotFound($"There is no version {version} of a dataset {name}. GET /api/v1/datasets/{name}/versions lists them.");
}
