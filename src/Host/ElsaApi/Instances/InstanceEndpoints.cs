using Dag.Workflows.Running;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi.Instances;

/// <summary>Runs: list, look at, their variables.</summary>
internal static class InstanceEndpoints
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapInstances()
        {
            var instances = routes.MapGroup("/workflow-instances");
            instances.MapPost("/", ListAsync);
            instances.MapGet("/{id}", GetAsync);
            instances.MapGet("/{id}/execution-state", GetExecutionStateAsync);
            instances.MapGet("/{id}/variables", ListVariablesAsync);
        }
    }

    private static async Task<Results<Ok<ElsaPage<InstanceItem>>, ValidationProblem>> ListAsync(
        InstanceListBody body, DagEngine engine, CancellationToken cancellationToken)
    {
        if (body.Problem() is { } problem)
        {
            return problem;
        }

        var page = await engine.ListRunsAsync(body.ToFilter(), cancellationToken);
        return TypedResults.Ok(new ElsaPage<InstanceItem>([.. page.Runs.Select(InstanceItem.Of)], page.TotalCount));
    }

    private static async Task<Results<Ok<InstanceDetails>, ProblemHttpResult>> GetAsync(string id, RunTraces traces, CancellationToken cancellationToken) =>
        await traces.LookAsync(id, InstanceDetails.Of, cancellationToken) is { } instance ? TypedResults.Ok(instance) : ElsaProblems.NoRun(id);

    private static async Task<Results<Ok<ExecutionStateItem>, ProblemHttpResult>> GetExecutionStateAsync(
        string id, DagEngine engine, CancellationToken cancellationToken) =>
        await engine.FindRunAsync(id, cancellationToken) is { } run
            ? TypedResults.Ok(new ExecutionStateItem(run.Status, run.SubStatus, run.UpdatedAt))
            : ElsaProblems.NoRun(id);

    private static async Task<Results<Ok<ElsaList<VariableItem>>, ProblemHttpResult>> ListVariablesAsync(
        string id, RunTraces traces, CancellationToken cancellationToken)
    {
        var variables = await traces.LookAsync(
            id,
            trace => trace.State.Graph.Workflow.Variables.Select(v => new VariableItem(v.Id, v.Name, RunValues.Plain(trace.Variables[v.Id]))).ToArray(),
            cancellationToken);
        return variables is null ? ElsaProblems.NoRun(id) : TypedResults.Ok(new ElsaList<VariableItem>(variables));
    }
}

/// <summary>How a run stands.</summary>
internal sealed record ExecutionStateItem(string Status, string WorkflowSubStatus, DateTimeOffset UpdatedAt);

/// <summary>A variable with its value.</summary>
internal sealed record VariableItem(string Id, string Name, object? Value);
