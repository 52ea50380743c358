using System.ComponentModel.DataAnnotations;
using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;
using Dag.Workflows.Publishing;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Dag.Host.Web.Api;

/// <summary>Workflows: publish, list, look at, take out of service.</summary>
internal static class WorkflowEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapWorkflows()
        {
            routes.MapGet("/workflows", ListAsync);
            routes.MapGet("/workflows/{id}", GetAsync);
            routes.MapPost("/workflows", PublishAsync);
            routes.MapPost("/workflows/{id}/retract", RetractAsync);
        }
    }

    private static async Task<Ok<WorkflowPage>> ListAsync([AsParameters] WorkflowQuery query, IDefinitionStore store, CancellationToken cancellationToken)
    {
        var page = await store.ListAsync(
            new DefinitionFilter { Versions = VersionSelector.Published, Search = query.Search, Skip = query.Skip ?? 0, Take = query.Take ?? 50 }, cancellationToken);
        return TypedResults.Ok(new WorkflowPage(
            [.. page.Definitions.Select(d => new PublishedWorkflow(d.DefinitionId, d.Id, d.Version, d.Name, d.Description))], page.TotalCount));
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> GetAsync(string id, WorkflowPublisher publisher, CancellationToken cancellationToken) =>
        await publisher.FindPublishedAsync(id, cancellationToken) is { } definition
            ? TypedResults.Text(DefinitionWriter.Write(definition), "application/json")
            : Problems.NoWorkflow(id);

    private static async Task<Ok<PublishedWorkflow>> PublishAsync(HttpRequest request, WorkflowPublisher publisher, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        var published = await publisher.PublishAsync(DefinitionReader.Read(body.ToArray()), cancellationToken);
        return TypedResults.Ok(new PublishedWorkflow(published.DefinitionId, published.Id, published.Version, published.Name, published.Description));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RetractAsync(string id, WorkflowPublisher publisher, CancellationToken cancellationToken) =>
        await publisher.RetractAsync(id, cancellationToken) ? TypedResults.NoContent() : Problems.NoWorkflow(id);
}

/// <summary>Which workflows to list. Public, because the generator of validation looks at public types only.</summary>
public sealed record WorkflowQuery
{
    /// <summary>Text in the workflow's name, id or description.</summary>
    [FromQuery, StringLength(200)]
    public string? Search { get; init; }

    /// <summary>How many to leave out; default 0.</summary>
    [FromQuery, Range(0, int.MaxValue)]
    public int? Skip { get; init; }

    /// <summary>How many to return at the most, 1 to 500; default 50.</summary>
    [FromQuery, Range(1, 500)]
    public int? Take { get; init; }
}

/// <summary>A published workflow.</summary>
/// <param name="DefinitionId">The workflow's id, which its versions share.</param>
/// <param name="Id">The version's id.</param>
/// <param name="Version">The version's number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does, in its author's words.</param>
internal sealed record PublishedWorkflow(string DefinitionId, string Id, int Version, string Name, string? Description);

/// <summary>A page of workflows.</summary>
/// <param name="Workflows">The published version of each.</param>
/// <param name="TotalCount">How many match.</param>
internal sealed record WorkflowPage(IReadOnlyList<PublishedWorkflow> Workflows, long TotalCount);
