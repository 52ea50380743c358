using Dag.Workflows.Definitions;
using Dag.Workflows.RunLog;

namespace Dag.Workflows.Running;

/// <summary>A workflow cannot be started now, because of a run that is not over; the message names it, says what it waits for and what to do.</summary>
public sealed class StartRefusedException : Exception
{
    internal StartRefusedException(WorkflowDefinition definition, RunBlocker? blocker)
        : base(Describe(definition, blocker))
    {
        RunId = blocker?.Run.Id;
    }

    /// <summary>The run that is in the way; null when it has ended meanwhile.</summary>
    public string? RunId { get; }

    private static string Describe(WorkflowDefinition definition, RunBlocker? blocker)
    {
        var begin = $"Workflow '{definition.Name}' cannot start";
        if (blocker is not { Run: var run })
        {
            return $"{begin}: another run was in the way, which has ended meanwhile. Start it again.";
        }

        var whose = run.DefinitionId == definition.DefinitionId ? "" : $" of workflow '{run.WorkflowName}'";
        var correlation = run.CorrelationId is null ? "" : $" with correlation id '{run.CorrelationId}'";
        return $"{begin}: run {run.Id}{whose}{correlation} is not over. It {StateOf(blocker)}. To let another start, cancel it with POST /api/v1/runs/{run.Id}/cancel.";
    }

    private static string StateOf(RunBlocker blocker) => blocker switch
    {
        { Run.SubStatus: not "Suspended" } => "is executing",
        { NextTimer: { } due } => $"waits until {due.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC",
        { Stimuli: [_, ..] stimuli } => $"waits for {string.Join(", ", stimuli)}",
        { Run.IncidentCount: > 0 } => $"is suspended after {(blocker.Run.IncidentCount == 1 ? "an incident" : $"{blocker.Run.IncidentCount} incidents")}, and nothing will wake it",
        _ => "is suspended, and nothing will wake it",
    };
}
