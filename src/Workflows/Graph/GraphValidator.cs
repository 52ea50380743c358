using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Expressions;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.Hooks;
using Dag.Workflows.Running;
using Dag.Workflows.Timers;
using Dag.Workflows.Values;

namespace Dag.Workflows.Graph;

/// <summary>What must be right before a workflow is published, beyond what it needs to run.</summary>
internal static class GraphValidator
{
    public static void Validate(WorkflowGraph graph, ActivityCatalog catalog, List<DefinitionFault> faults)
    {
        foreach (var node in graph.Nodes)
        {
            RequiredInputs(node, faults);
            InputRules(node, faults);
            Timetable(node, faults);
            TriggerInputs(node, faults);
            HookValidator.Validate(node, faults);
            LoopValidator.Validate(node, faults);
            if (node.Compiled is FlowchartShape shape)
            {
                BackwardEdges(node, shape.GraphFor(null), faults);
            }
        }
    }

    private static void RequiredInputs(Node node, List<DefinitionFault> faults)
    {
        for (var i = 0; i < node.Descriptor.Inputs.Count && i < node.Inputs.Length; i++)
        {
            var input = node.Descriptor.Inputs[i];
            if (input.Required && node.Inputs[i] is null && input.DefaultValue is null or "" or System.Collections.ICollection { Count: 0 })
            {
                faults.Add(new DefinitionFault(node.NodeId, $"Input '{input.Name}' of {node.Type} is missing.", $"Give it: {input.Description}"));
            }
        }
    }

    // What a script or a variable gives is known only when the activity executes.
    private static void InputRules(Node node, List<DefinitionFault> faults)
    {
        for (var i = 0; i < node.Descriptor.Inputs.Count && i < node.Inputs.Length; i++)
        {
            var input = node.Descriptor.Inputs[i];
            if (input.Rules.Count > 0 && node.Inputs[i] is ConstantExpression { Error: null, Value: not (null or "") and var value } && !Secrets.IsReference(value))
            {
                var broken = input.Rules.Where(r => !r.IsValid(ValueConverter.Convert(value, input.Type)));
                faults.AddRange(broken.Select(r => new DefinitionFault(node.NodeId, r.FormatErrorMessage(input.Name), $"Correct it: {input.Description}")));
            }
        }
    }

    private static void Timetable(Node node, List<DefinitionFault> faults)
    {
        if (node.Control is not TimerActivity timer || node.Inputs.Any(e => e is not (null or ConstantExpression)) && !IsTrigger(node))
        {
            return;
        }

        try
        {
            timer.TimetableOf(node, DateTimeOffset.UnixEpoch);
            Scheduling.CatchUp.Parse(node.Definition.CustomProperty("catchUp"));
        }
        catch (FormatException e)
        {
            faults.Add(new DefinitionFault(node.NodeId, e.Message, "Correct the schedule."));
        }
    }

    private static void TriggerInputs(Node node, List<DefinitionFault> faults)
    {
        if (node.Control is not (null or Primitives.Event) || !IsTrigger(node))
        {
            return;
        }

        for (var i = 0; i < node.Descriptor.Inputs.Count; i++)
        {
            if (node.Inputs[i] is not (null or ConstantExpression))
            {
                faults.Add(new DefinitionFault(
                    node.NodeId,
                    $"Input '{node.Descriptor.Inputs[i].Name}' of the trigger {node.Type} is no literal: there is no run yet whose values it could use.",
                    "Write the value itself, or turn off customProperties.canStartWorkflow."));
            }
        }
    }

    private static void BackwardEdges(Node flowchart, FlowGraph graph, List<DefinitionFault> faults)
    {
        for (var i = 0; i < graph.Edges.Length; i++)
        {
            var (source, _, target) = graph.Edges[i];
            var reachable = source == graph.Start || !graph.IsDangling(source);
            if (!graph.IsForward[i] && reachable && !graph.BackwardValid[i])
            {
                faults.Add(new DefinitionFault(
                    flowchart.NodeId,
                    $"The connection from '{flowchart.Children[source].Id}' back to '{flowchart.Children[target].Id}' is invalid: not every path from the start to '{flowchart.Children[source].Id}' goes through '{flowchart.Children[target].Id}'.",
                    "Let the loop go back to an activity that all paths pass."));
            }
        }
    }

    /// <summary>Whether an activity starts runs once its workflow is published.</summary>
    public static bool IsTrigger(Node node) =>
        node.Descriptor.Kind == ActivityKind.Trigger
        && node.Definition.CustomProperty("canStartWorkflow") is { ValueKind: System.Text.Json.JsonValueKind.True };
}
