using System.Text.Json;
using Dag.Workflows.Running;
using Dag.Workflows.Values;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Dag.Host.Web.Api;

/// <summary>Events that runs wait for and workflows start with.</summary>
internal static class EventEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapEvents() => routes.MapPost("/events/{name}", PublishAsync);
    }

    private static async Task<Ok<PublishedEvent>> PublishAsync(
        string name, [FromBody] EventBody? body, DagEngine engine, CancellationToken cancellationToken)
    {
        var payload = body is null ? null : ValueConverter.FromJson(body.Payload);
        var delivery = await engine.PublishEventAsync(name, payload, body?.CorrelationId, cancellationToken);
        return TypedResults.Ok(new PublishedEvent(delivery.Told, delivery.Started));
    }
}

/// <summary>What an event carries.</summary>
/// <param name="Payload">Any JSON.</param>
/// <param name="CorrelationId">Only runs with this correlation id are told, and runs that start get it; null, the default, means all.</param>
internal sealed record EventBody(JsonElement Payload, string? CorrelationId);

/// <summary>What an event did.</summary>
/// <param name="Told">How many waits it answered.</param>
/// <param name="Started">How many workflows it starts.</param>
internal sealed record PublishedEvent(int Told, int Started);
