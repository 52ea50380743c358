using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Dag.Host.Hosting;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.Publishing;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Dag.Workflows.Values;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Dag.Host.Web.Api;

/// <summary>Runs: start, list, look at, cancel.</summary>
internal static class RunEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapRuns()
        {
            routes.MapGet("/runs", ListAsync);
            routes.MapGet("/runs/{id}", GetAsync);
            routes.MapPost("/runs/{id}/cancel", CancelAsync);
            routes.MapPost("/workflows/{id}/runs", StartAsync);
        }
    }

    private static async Task<Ok<RunPage>> ListAsync([AsParameters] RunQuery query, DagEngine engine, CancellationToken cancellationToken) =>
        TypedResults.Ok(await engine.ListRunsAsync(
            new RunFilter
            {
                DefinitionIds = query.Workflow ?? [],
                Status = query.Status,
                SubStatuses = query.SubStatus ?? [],
                Search = query.Search,
                ParentRunId = query.Parent,
                Skip = query.Skip ?? 0,
                Take = query.Take ?? 50,
            },
            cancellationToken));

    private static async Task<Results<Ok<RunReport>, ProblemHttpResult>> GetAsync(string id, DagEngine engine, CancellationToken cancellationToken) =>
        await engine.ReportAsync(id, cancellationToken) is { } report ? TypedResults.Ok(report) : Problems.NoRun(id);

    private static async Task<Results<Accepted, ProblemHttpResult>> CancelAsync(
        string id, [FromBody] CancelBody? body, DagEngine engine, CancellationToken cancellationToken)
    {
        if (await engine.FindRunAsync(id, cancellationToken) is not { } run)
        {
            return Problems.NoRun(id);
        }

        return run.FinishedAt is null && await engine.CancelRunAsync(id, body?.Reason, cancellationToken)
            ? TypedResults.Accepted($"/api/v1/runs/{id}")
            : TypedResults.Problem($"Run {id} is over ({run.SubStatus}).", statusCode: StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Accepted<StartedRun>, Ok<StartedRun>, ProblemHttpResult>> StartAsync(
        string id,
        [FromBody] StartBody? body,
        [FromHeader(Name = "Idempotency-Key"), StringLength(200, MinimumLength = 1)] string? idempotencyKey,
        WorkflowPublisher publisher,
        ManualStart manual,
        IdempotentStarts starts,
        CancellationToken cancellationToken)
    {
        if (await publisher.FindPublishedAsync(id, cancellationToken) is not { } definition)
        {
            return Problems.NoWorkflow(id);
        }

        var input = (body?.Input ?? []).ToDictionary(i => i.Key, i => ValueConverter.FromJson(i.Value), StringComparer.OrdinalIgnoreCase);
        if (ModeOf(body) is not { } mode)
        {
            return TypedResults.Problem(
                $"properties.{FlowchartModes.Property} must be TokenBased or CounterBased.", statusCode: StatusCodes.Status400BadRequest);
        }

        var request = manual.Of(definition, input) with { CorrelationId = body?.CorrelationId, Mode = mode };
        var (runId, isNew) = await starts.StartAsync(request, $"api/{id}", idempotencyKey, cancellationToken);
        return isNew ? TypedResults.Accepted($"/api/v1/runs/{runId}", new StartedRun(runId)) : TypedResults.Ok(new StartedRun(runId));
    }

    private static FlowchartMode? ModeOf(StartBody? body) =>
        body?.Properties?.TryGetValue(FlowchartModes.Property, out var mode) == true ? FlowchartModes.Parse(ValueConverter.FromJson(mode)) : FlowchartMode.Counter;
}

/// <summary>Which runs to list. Public, because the generator of validation looks at public types only.</summary>
public sealed record RunQuery
{
    /// <summary>Only runs of these workflows.</summary>
    [FromQuery]
    public string[]? Workflow { get; init; }

    /// <summary>Running or Finished.</summary>
    [FromQuery, AllowedValues(null, "Running", "Finished")]
    public string? Status { get; init; }

    /// <summary>Only these sub-statuses.</summary>
    [FromQuery]
    public string[]? SubStatus { get; init; }

    /// <summary>Only runs that this run started.</summary>
    [FromQuery, StringLength(200)]
    public string? Parent { get; init; }

    /// <summary>Text in the run's id, name, workflow or correlation id.</summary>
    [FromQuery, StringLength(200)]
    public string? Search { get; init; }

    /// <summary>How many to leave out; default 0.</summary>
    [FromQuery, Range(0, int.MaxValue)]
    public int? Skip { get; init; }

    /// <summary>How many to return at the most, 1 to 500; default 50.</summary>
    [FromQuery, Range(1, 500)]
    public int? Take { get; init; }
}

/// <summary>What a run is started with.</summary>
/// <param name="Input">Values for the workflow's inputs, by name.</param>
/// <param name="CorrelationId">The correlation id, if there is one.</param>
/// <param name="Properties">Properties of the run, as in Elsa; <c>Flowchart:ExecutionMode</c> is the one that is read: <c>TokenBased</c> or <c>CounterBased</c>, the default.</param>
internal sealed record StartBody(Dictionary<string, JsonElement>? Input, string? CorrelationId, Dictionary<string, JsonElement>? Properties);

/// <summary>Why a run is cancelled.</summary>
/// <param name="Reason">The reason, if there is one.</param>
internal sealed record CancelBody(string? Reason);

/// <summary>A run that was started.</summary>
/// <param name="Id">Its id.</param>
internal sealed record StartedRun(string Id);
