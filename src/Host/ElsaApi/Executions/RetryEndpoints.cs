using System.Globalization;
using Dag.Host.ElsaApi.Instances;
using Dag.Workflows.Running;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi.Executions;

/// <summary>What Elsa calls resilience: the attempts of executions. How often work is tried is said in the activity's custom properties.</summary>
internal static class RetryEndpoints
{
    private const int LongestPage = 1000;

    extension(IEndpointRouteBuilder routes)
    {
        public void MapRetries()
        {
            routes.MapGet("/resilience/strategies", () => TypedResults.Ok(new ElsaList<object>([])));
            routes.MapGet("/resilience/retries/{id}", ListAsync);
            routes.MapPost("/alterations/workflows/retry", RefuseRetry);
        }
    }

    private static async Task<Results<Ok<ElsaPage<RetryItem>>, ProblemHttpResult, ValidationProblem>> ListAsync(
        string id, HttpRequest request, RunTraces traces, CancellationToken cancellationToken)
    {
        var query = new ElsaQuery(request.Query);
        var skip = query.Number("skip", 0, int.MaxValue);
        var take = query.Number("take", 0, LongestPage, fallback: LongestPage);
        if (query.Problem is { } problem)
        {
            return problem;
        }

        var attempts = ExecutionIds.TryParse(id, out var runId, out var execution)
            ? await traces.LookAsync(runId, trace => trace.Find(execution) is { } found ? found.FailedAttempts.Select(a => RetryItem.Of(runId, found, a)).ToArray() : null, cancellationToken)
            : null;
        return attempts is null
            ? Web.Api.Problems.NotFound($"There is no activity execution {id}.")
            : TypedResults.Ok(new ElsaPage<RetryItem>([.. attempts.Skip(skip).Take(take)], attempts.Length));
    }

    // Studio offers it only where the feature is installed, which it is not; whoever asks all the same is told.
    private static Results<Ok<RetriedInstances>, ValidationProblem> RefuseRetry(RetryBody body, TimeProvider clock) =>
        ElsaProblems.HasIds(body.WorkflowInstanceIds, "workflowInstanceIds", out var ids, out var problem)
            ? TypedResults.Ok(new RetriedInstances([.. ids.Select(id => RetriedInstance.Refused(id, clock.GetUtcNow()))]))
            : problem;
}

/// <summary>An attempt that failed.</summary>
internal sealed record RetryItem
{
    public required string Id { get; init; }

    public required string ActivityInstanceId { get; init; }

    public required string ActivityId { get; init; }

    public required string WorkflowInstanceId { get; init; }

    public required int AttemptNumber { get; init; }

    public required TimeSpan RetryDelay { get; init; }

    public required IReadOnlyDictionary<string, string?> Details { get; init; }

    public static RetryItem Of(string runId, TracedExecution execution, FailedAttempt attempt)
    {
        var id = ExecutionIds.Of(runId, execution.Id);
        return new RetryItem
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"{id}:{attempt.Attempt}"),
            ActivityInstanceId = id,
            ActivityId = execution.Node.Id,
            WorkflowInstanceId = runId,
            AttemptNumber = attempt.Attempt,
            RetryDelay = attempt.Delay,
            Details = new Dictionary<string, string?> { ["Error"] = attempt.Error, ["At"] = attempt.At.ToString("O", CultureInfo.InvariantCulture) },
        };
    }
}

/// <summary>Which runs are to be tried again.</summary>
internal sealed record RetryBody(string?[]? WorkflowInstanceIds, string[]? ActivityIds);

/// <summary>What became of them.</summary>
internal sealed record RetriedInstances(IReadOnlyList<RetriedInstance> Results);

/// <summary>What became of one.</summary>
internal sealed record RetriedInstance(string WorkflowInstanceId, bool IsSuccessful, bool WorkflowHasScheduledWork, RetryLog Log)
{
    public static RetriedInstance Refused(string runId, DateTimeOffset now) =>
        new(runId, false, false, new RetryLog([new RetryLogEntry("A run that is over is not taken up again: start a new one.", "Error", now)]));
}

/// <summary>What there is to say of it.</summary>
internal sealed record RetryLog(IReadOnlyList<RetryLogEntry> LogEntries);

/// <summary>A line of it.</summary>
internal sealed record RetryLogEntry(string Message, string LogLevel, DateTimeOffset Timestamp);
