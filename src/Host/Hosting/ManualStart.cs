using Dag.Workflows.Activities;
using Dag.Workflows.ControlFlow;
using Dag.Workflows.Definitions;
using Dag.Workflows.Flowcharts;
using Dag.Workflows.Graph;
using Dag.Workflows.Primitives;
using Dag.Workflows.Running;
using Dag.Workflows.Values;

namespace Dag.Host.Hosting;

/// <summary>
/// How a run is started by hand. A workflow that begins with a trigger does not wait for it then: whoever starts it is the trigger, and
/// gives the trigger's outputs among the inputs. An event is different, because it can be sent.
/// </summary>
internal sealed class ManualStart(ActivityCatalog catalog)
{
    /// <summary>The request for a run of this definition.</summary>
    /// <exception cref="DefinitionException">The definition cannot run, or an input does not fit an output of the trigger.</exception>
    public StartRequest Of(WorkflowDefinition definition, IReadOnlyDictionary<string, object?> input)
    {
        var request = new StartRequest { Definition = definition, Input = input };
        var first = FirstOf(GraphCompiler.Compile(definition, catalog).Workflow);
        return first is not { Descriptor.Kind: ActivityKind.Trigger } || first.Control is Event || first.Control is not null && !GraphValidator.IsTrigger(first)
            ? request
            : request with { TriggerActivityId = first.Id, TriggerOutputs = OutputsOf(first, input) };
    }

    private static Dictionary<string, object?> OutputsOf(Node trigger, IReadOnlyDictionary<string, object?> input)
    {
        var given = new Dictionary<string, object?>(input, StringComparer.OrdinalIgnoreCase);
        var outputs = new Dictionary<string, object?>();
        foreach (var output in trigger.Descriptor.Outputs.Where(o => given.ContainsKey(o.Name)))
        {
            try
            {
                outputs[output.Name] = ValueConverter.Convert(given[output.Name], output.Type);
            }
            catch (FormatException e)
            {
                throw new DefinitionException([new DefinitionFault($"input '{output.Name}'", e.Message, $"It stands for that output of {trigger.Id}.")]);
            }
        }

        return outputs;
    }

    private static Node? FirstOf(Node? node) => node switch
    {
        { Control: WorkflowActivity } => FirstOf(node.PortOrNull("root")),
        { Control: Sequence } => FirstOf(node.Children.FirstOrDefault()),
        { Compiled: FlowchartShape shape } => shape.GraphFor(null).Start is >= 0 and var start ? FirstOf(node.Children[start]) : null,
        _ => node,
    };
}
