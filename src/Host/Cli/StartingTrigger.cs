using Dag.Workflows.Activities;
using Dag.Workflows.ControlFlow;
using Dag.Workflows.Definitions;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.Graph;
using Dag.Workflows.Primitives;
using Dag.Workflows.Values;

namespace Dag.Host.Cli;

/// <summary>
/// The trigger that a workflow starts with. Started by hand, the workflow need not wait for it: the person who starts it is the trigger.
/// An event is different, because it can be given.
/// </summary>
internal static class StartingTrigger
{
    /// <summary>The id of that activity; null when the workflow starts otherwise.</summary>
    public static (string? ActivityId, IReadOnlyDictionary<string, object?> Outputs) Of(
        WorkflowDefinition definition, ActivityCatalog catalog, IReadOnlyDictionary<string, object?> input)
    {
        var node = FirstOf(GraphCompiler.Compile(definition, catalog).Workflow);
        if (node is not { Descriptor.Kind: ActivityKind.Trigger } || node.Control is Event || node.Control is not null && !GraphValidator.IsTrigger(node))
        {
            return (null, new Dictionary<string, object?>());
        }

        var given = new Dictionary<string, object?>(input, StringComparer.OrdinalIgnoreCase);
        var outputs = new Dictionary<string, object?>();
        foreach (var output in node.Descriptor.Outputs.Where(o => given.ContainsKey(o.Name)))
        {
            outputs[output.Name] = ValueConverter.Convert(given[output.Name], output.Type);
        }

        return (node.Id, outputs);
    }

    private static Node? FirstOf(Node? node) => node switch
    {
        { Control: WorkflowActivity } => FirstOf(node.PortOrNull("root")),
        { Control: Sequence } => FirstOf(node.Children.FirstOrDefault()),
        { Compiled: FlowchartShape shape } => shape.GraphFor(null).Start is >= 0 and var start ? FirstOf(node.Children[start]) : null,
        _ => node,
    };
}
