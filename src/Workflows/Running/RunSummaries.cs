using Dag.Workflows.RunLog;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Running;

/// <summary>Summaries of runs from their states.</summary>
internal static class RunSummaries
{
    public static RunSummary Of(RunState state) => new()
    {
        Id = state.RunId,
        DefinitionId = state.Start!.DefinitionId,
        DefinitionVersionId = state.Start.DefinitionVersionId,
        Version = state.Start.Version,
        WorkflowName = state.Start.WorkflowName,
        Name = state.Name,
        CorrelationId = state.CorrelationId,
        Status = state.IsFinished ? "Finished" : "Running",
        SubStatus = state.SubStatus.ToString(),
        IncidentCount = state.Incidents.Count,
        ParentRunId = state.Start.Parent?.RunId,
        CreatedAt = state.Start.At,
        UpdatedAt = state.UpdatedAt,
        FinishedAt = state.FinishedAt,
    };
}
