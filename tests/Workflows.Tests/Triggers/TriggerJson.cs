using Dag.Workflows.Definitions;
using static Dag.Workflows.Tests.Running.FlowJson;

namespace Dag.Workflows.Tests.Triggers;

/// <summary>Workflows that begin with a trigger.</summary>
internal static class TriggerJson
{
    public static readonly object StartsRuns = new { canStartWorkflow = true };

    /// <summary>A trigger T, followed by a WriteLine.</summary>
    public static WorkflowDefinition Workflow(string definitionId, string type, object inputs) =>
        Define(definitionId, [Activity("T", type, inputs, StartsRuns), Activity("W", "Elsa.WriteLine", new { text = "ran" })], ["T->W"]);

    public static WorkflowDefinition Define(string definitionId, IEnumerable<object> activities, IEnumerable<string> connections) =>
        DefinitionReader.Read(Flowchart(activities, connections)) with { DefinitionId = definitionId, Id = definitionId + "-v1" };
}
