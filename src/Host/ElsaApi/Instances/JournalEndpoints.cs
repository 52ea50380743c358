using Dag.Workflows.Running;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Dag.Host.ElsaApi.Instances;

/// <summary>The journals of runs.</summary>
internal static class JournalEndpoints
{
    private const int LongestPage = 10_000;

    extension(IEndpointRouteBuilder routes)
    {
        public void MapJournals()
        {
            routes.MapGet("/workflow-instances/{id}/journal", (string id, HttpRequest request, RunTraces traces, CancellationToken cancellationToken) =>
                ListAsync(id, null, request, traces, cancellationToken));
            routes.MapPost("/workflow-instances/{id}/journal", ListAsync);
        }
    }

    private static async Task<Results<Ok<ElsaPage<JournalItem>>, ProblemHttpResult, ValidationProblem>> ListAsync(
        string id, [FromBody] JournalBody? body, HttpRequest request, RunTraces traces, CancellationToken cancellationToken)
    {
        var query = new ElsaQuery(request.Query);
        var skip = query.Number("skip", 0, int.MaxValue);
        var take = query.Number("take", 0, LongestPage, fallback: LongestPage);
        if (query.Problem is { } problem)
        {
            return problem;
        }

        var filter = body?.Filter ?? new JournalFilterBody();
        var page = await traces.LookAsync(
            id,
            trace =>
            {
                var matching = 0;
                var items = new List<JournalItem>();
                foreach (var entry in trace.Journal.Where(filter.Matches))
                {
                    if (matching++ >= skip && items.Count < take)
                    {
                        items.Add(JournalItem.Of(id, entry));
                    }
                }

                return new ElsaPage<JournalItem>(items, matching);
            },
            cancellationToken);
        return page is null ? ElsaProblems.NoRun(id) : TypedResults.Ok(page);
    }
}

/// <summary>What of a journal is wanted.</summary>
internal sealed record JournalBody(JournalFilterBody? Filter);

/// <summary>Which lines of a journal are wanted; a list that is missing or empty is no condition.</summary>
internal sealed record JournalFilterBody
{
    public HashSet<string>? ActivityIds { get; init; }

    public HashSet<string>? ActivityNodeIds { get; init; }

    public HashSet<string>? ExcludedActivityTypes { get; init; }

    public HashSet<string>? EventNames { get; init; }

    public bool Matches(JournalEntry entry) =>
        Has(ActivityIds, entry.Execution.Node.Id) && Has(ActivityNodeIds, entry.Execution.Node.NodeId) && Has(EventNames, entry.Event)
        && ExcludedActivityTypes?.Contains(entry.Execution.Node.Type) != true;

    private static bool Has(HashSet<string>? wanted, string value) => wanted is null or { Count: 0 } || wanted.Contains(value);
}

/// <summary>A line of a journal in Elsa's shape.</summary>
internal sealed record JournalItem
{
    public required string Id { get; init; }

    public required string ActivityInstanceId { get; init; }

    public string? ParentActivityInstanceId { get; init; }

    public required string ActivityId { get; init; }

    public required string ActivityType { get; init; }

    public required int ActivityTypeVersion { get; init; }

    public string? ActivityName { get; init; }

    public required string NodeId { get; init; }

    public required DateTimeOffset Timestamp { get; init; }

    public required long Sequence { get; init; }

    public required string EventName { get; init; }

    public string? Message { get; init; }

    public string? Source { get; init; }

    public required IReadOnlyDictionary<string, object?> ActivityState { get; init; }

    public object? Payload { get; init; }

    public static JournalItem Of(string runId, JournalEntry entry)
    {
        var execution = entry.Execution;
        return new JournalItem
        {
            Id = $"{runId}:j{entry.Sequence}",
            ActivityInstanceId = ExecutionIds.Of(runId, execution.Id),
            ParentActivityInstanceId = execution.Parent == 0 ? null : ExecutionIds.Of(runId, execution.Parent),
            ActivityId = execution.Node.Id,
            ActivityType = execution.Node.Type,
            ActivityTypeVersion = execution.Node.Descriptor.Version,
            ActivityName = execution.Node.Definition.Name,
            NodeId = execution.Node.NodeId,
            Timestamp = entry.At,
            Sequence = entry.Sequence,
            EventName = entry.Event,
            Message = entry.Message,
            ActivityState = RunValues.InputsOf(execution),
            Payload = entry.Event == "Completed" ? new { Outcomes = execution.Outcomes ?? ["Done"] } : null,
        };
    }
}
