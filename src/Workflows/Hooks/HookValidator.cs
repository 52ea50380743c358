using Dag.Workflows.Definitions;
using Dag.Workflows.Expressions;
using Dag.Workflows.Graph;
using Dag.Workflows.Triggers;

namespace Dag.Workflows.Hooks;

/// <summary>What must be right about endpoints before a workflow is published.</summary>
internal static class HookValidator
{
    private const string AnyPath = "any";

    /// <summary>What is wrong with an endpoint's settings.</summary>
    public static void Validate(Node node, List<DefinitionFault> faults)
    {
        if (node.Control is not HttpEndpoint)
        {
            return;
        }

        var inputs = new Dictionary<string, object?>();
        for (var i = 0; i < node.Inputs.Length; i++)
        {
            var name = node.Descriptor.Inputs[i].Name;
            switch (node.Inputs[i])
            {
                case ConstantExpression constant:
                    inputs[name] = constant.Value;
                    break;
                case not null when name == "Path" && !GraphValidator.IsTrigger(node):
                    inputs[name] = AnyPath;
                    break;
                case not null:
                    // One fault is enough for one input.
                    inputs[name] = name == "Path" ? AnyPath : null;
                    faults.Add(new DefinitionFault(node.NodeId, $"Input '{name}' of {node.Type} is no literal.",
                        name == "Path" ? "Write the path itself, or turn off customProperties.canStartWorkflow." : "Write the value itself; only 'path' may be an expression, in the middle of a run."));
                    break;
            }
        }

        var wrong = new List<string>();
        HookSettings.Read(inputs, wrong);
        faults.AddRange(wrong.Select(w => new DefinitionFault(node.NodeId, w, "Correct it.")));
    }

    /// <summary>The endpoints that start runs of a workflow.</summary>
    public static IEnumerable<PublishedHook> HooksOf(WorkflowGraph graph)
    {
        foreach (var node in graph.Nodes.Where(n => n.Control is HttpEndpoint && GraphValidator.IsTrigger(n)))
        {
            if (node.Inputs.All(i => i is null or ConstantExpression { Error: null }) && HookSettings.Read(LiteralInputs.Of(node), []) is { } settings)
            {
                yield return new PublishedHook(graph.Definition, node, settings);
            }
        }
    }

    /// <summary>The endpoints of a workflow that another one, or the workflow itself, has already.</summary>
    public static IEnumerable<DefinitionFault> Clashes(IReadOnlyList<PublishedHook> own, IReadOnlyList<PublishedHook> published)
    {
        for (var i = 0; i < own.Count; i++)
        {
            var clash = own.Take(i).Concat(published).FirstOrDefault(other =>
                other.Settings.Route.Shape == own[i].Settings.Route.Shape && other.Settings.Methods.Intersect(own[i].Settings.Methods).Any());
            if (clash is not null)
            {
                var methods = string.Join(", ", clash.Settings.Methods.Intersect(own[i].Settings.Methods));
                var owner = clash.Definition.DefinitionId == own[i].Definition.DefinitionId
                    ? $"the activity '{clash.Node.Id}' of this workflow"
                    : $"the workflow '{clash.Definition.Name}' ({clash.Definition.DefinitionId})";
                yield return new DefinitionFault(
                    own[i].Node.NodeId, $"{methods} /hooks{own[i].Settings.Route} belongs to {owner}{(clash.Settings.Route.Template == own[i].Settings.Route.Template ? "" : $" as {clash.Settings.Route}")}.",
                    "Choose another path or other methods, or retract that one first.");
            }
        }
    }
}
