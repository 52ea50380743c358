using System.ComponentModel.DataAnnotations;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Dag.Workflows.AttemptLogs;
using Dag.Workflows.Running;
using Microsoft.AspNetCore.Mvc;

namespace Dag.Host.Web.Api;

/// <summary>The logs of runs and of their attempts, as they are or as they come.</summary>
internal static class RunLogEndpoints
{
    /// <summary>The event that ends a stream: the run is over.</summary>
    public const string EndEvent = "end";

    extension(IEndpointRouteBuilder routes)
    {
        public void MapRunLogs() => routes.MapGet("/runs/{id}/logs", GetAsync);
    }

    private static async Task<IResult> GetAsync(
        string id,
        [AsParameters] RunLogQuery query,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        DagEngine engine,
        AttemptLogReader logs,
        IHostApplicationLifetime lifetime,
        CancellationToken cancellationToken)
    {
        if (await engine.FindRunAsync(id, cancellationToken) is null)
        {
            return Problems.NoRun(id);
        }

        var filter = new LogFilter { Activity = query.Activity, Execution = query.Execution, Attempt = query.Attempt };
        return query.Follow is true
            ? TypedResults.ServerSentEvents(FollowAsync(logs, engine, id, filter, LogPosition.TryParse(lastEventId) ?? default, lifetime, cancellationToken))
            : TypedResults.Ok(logs.ReadAsync(id, filter, cancellationToken: cancellationToken));
    }

    private static async IAsyncEnumerable<SseItem<object>> FollowAsync(
        AttemptLogReader logs,
        DagEngine engine,
        string id,
        LogFilter filter,
        LogPosition after,
        IHostApplicationLifetime lifetime,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A run may wait for days; a service that stops does not.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        await using var lines = logs.FollowAsync(id, filter, after, stopping.Token).GetAsyncEnumerator(stopping.Token);
        while (await MoveAsync(lines, stopping.Token))
        {
            yield return new SseItem<object>(lines.Current) { EventId = lines.Current.Position.ToString() };
        }

        if (!stopping.IsCancellationRequested)
        {
            yield return new SseItem<object>(new LogEnd((await engine.FindRunAsync(id, cancellationToken))?.SubStatus), EndEvent);
        }
    }

    private static async Task<bool> MoveAsync(IAsyncEnumerator<LogLine> lines, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}

/// <summary>The end of a log: the run is over.</summary>
/// <param name="SubStatus">Finished, Cancelled or Faulted; null when the run has been deleted.</param>
internal sealed record LogEnd(string? SubStatus);

/// <summary>Which lines of a run's log to give. Public, because the generator of validation looks at public types only.</summary>
public sealed record RunLogQuery
{
    /// <summary>Only lines of the activity with this id.</summary>
    [FromQuery, StringLength(200)]
    public string? Activity { get; init; }

    /// <summary>Only lines of this activity execution; an activity in a loop has many.</summary>
    [FromQuery, Range(1, long.MaxValue)]
    public long? Execution { get; init; }

    /// <summary>Only lines of this attempt, from 1.</summary>
    [FromQuery, Range(1, int.MaxValue)]
    public int? Attempt { get; init; }

    /// <summary>Go on, as server-sent events, until the run is over; an event <c>end</c> says so. Default false.</summary>
    [FromQuery]
    public bool? Follow { get; init; }
}
