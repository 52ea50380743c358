using Dag.Host.ElsaApi.Instances;
using Dag.Workflows.Running;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi.Executions;

/// <summary>Activity executions: statistics, lists, one with its callers.</summary>
internal static class ExecutionEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapExecutions()
        {
            routes.MapPost("/activity-executions/report", ReportAsync);
            routes.MapGet("/activity-executions/list", ListAsync);
            routes.MapGet("/activity-execution-summaries/list", ListSummariesAsync);
            routes.MapGet("/activity-executions/by-id", GetAsync);
            routes.MapGet("/activity-executions/{id}/call-stack", GetCallStackAsync);
        }
    }

    private static async Task<Results<Ok<StatisticsItems>, ProblemHttpResult, ValidationProblem>> ReportAsync(
        ReportBody body, RunTraces traces, CancellationToken cancellationToken)
    {
        if (body.WorkflowInstanceId is null)
        {
            return ElsaProblems.Missing("workflowInstanceId");
        }

        var wanted = body.ActivityNodeIds?.ToHashSet();
        var items = await traces.LookAsync(
            body.WorkflowInstanceId,
            trace => trace.Statistics.Where(s => wanted?.Contains(s.Node.NodeId) != false).Select(StatisticsItem.Of).ToArray(),
            cancellationToken);
        return items is null ? ElsaProblems.NoRun(body.WorkflowInstanceId) : TypedResults.Ok(new StatisticsItems(items));
    }

    private static async Task<Results<Ok<ElsaList<ExecutionDetails>>, ProblemHttpResult>> ListAsync(
        string workflowInstanceId, string? activityNodeId, RunTraces traces, CancellationToken cancellationToken)
    {
        var items = await traces.LookAsync(
            workflowInstanceId,
            trace => OfNode(trace, activityNodeId).Select(e => ExecutionDetails.Of(workflowInstanceId, trace, e)).ToArray(),
            cancellationToken);
        return items is null ? ElsaProblems.NoRun(workflowInstanceId) : TypedResults.Ok(new ElsaList<ExecutionDetails>(items));
    }

    private static async Task<Results<Ok<ElsaList<ExecutionItem>>, ProblemHttpResult>> ListSummariesAsync(
        string workflowInstanceId, string? activityNodeId, RunTraces traces, CancellationToken cancellationToken)
    {
        var items = await traces.LookAsync(
            workflowInstanceId,
            trace => OfNode(trace, activityNodeId).Select(e => ExecutionItem.Of(workflowInstanceId, e)).ToArray(),
            cancellationToken);
        return items is null ? ElsaProblems.NoRun(workflowInstanceId) : TypedResults.Ok(new ElsaList<ExecutionItem>(items));
    }

    private static async Task<Results<Ok<ExecutionDetails>, ProblemHttpResult>> GetAsync(string id, RunTraces traces, CancellationToken cancellationToken)
    {
        var details = ExecutionIds.TryParse(id, out var runId, out var execution)
            ? await traces.LookAsync(runId, trace => trace.Find(execution) is { } found ? new Found(ExecutionDetails.Of(runId, trace, found), found) : null, cancellationToken)
            : null;
        if (details is null)
        {
            return NoExecution(id);
        }

        // One is looked at closely, so what is large is fetched for it.
        return TypedResults.Ok(details.Item with
        {
            ActivityState = await ResolvedAsync(details.Item.ActivityState, details.Execution.Inputs, traces, cancellationToken),
            Outputs = await ResolvedAsync(details.Item.Outputs, details.Execution.Outputs, traces, cancellationToken),
        });
    }

    private static async Task<Results<Ok<CallStack>, ProblemHttpResult>> GetCallStackAsync(string id, RunTraces traces, CancellationToken cancellationToken)
    {
        var stack = ExecutionIds.TryParse(id, out var runId, out var execution)
            ? await traces.LookAsync(
                runId,
                trace => trace.Find(execution) is { } found
                    ? ExecutionDetails.CallersOf(trace, found).Reverse().Append(found).Select(e => ExecutionDetails.Of(runId, trace, e)).ToArray()
                    : null,
                cancellationToken)
            : null;
        return stack is null ? NoExecution(id) : TypedResults.Ok(new CallStack(id, stack, stack.Length));
    }

    private static async Task<IReadOnlyDictionary<string, object?>> ResolvedAsync(
        IReadOnlyDictionary<string, object?> shown, IReadOnlyList<KeyValuePair<string, object?>> values, RunTraces traces, CancellationToken cancellationToken)
    {
        var resolved = shown.ToDictionary();
        foreach (var (name, value) in values.Where(v => v.Value is Dag.Workflows.Values.BlobReference && shown[v.Key] is not RunValues.Masked))
        {
            resolved[name] = RunValues.Plain(await traces.ResolveAsync(value, cancellationToken));
        }

        return resolved;
    }

    private static IEnumerable<TracedExecution> OfNode(RunTrace trace, string? nodeId) =>
        string.IsNullOrEmpty(nodeId) ? trace.Executions : trace.Executions.Where(e => e.Node.NodeId == nodeId);

    private static ProblemHttpResult NoExecution(string id) => Web.Api.Problems.NotFound($"There is no activity execution {id}.");

    private sealed record Found(ExecutionDetails Item, TracedExecution Execution);
}

/// <summary>Of which activities statistics are wanted.</summary>
/// <param name="WorkflowInstanceId">The run.</param>
/// <param name="ActivityNodeIds">The activities; null for all.</param>
internal sealed record ReportBody(string? WorkflowInstanceId, string[]? ActivityNodeIds);

/// <summary>Statistics of activities.</summary>
internal sealed record StatisticsItems(IReadOnlyList<StatisticsItem> Stats);

/// <summary>The containers that an execution is in, from the outside in, and itself.</summary>
internal sealed record CallStack(string ActivityExecutionId, IReadOnlyList<ExecutionDetails> Items, long TotalCount);
