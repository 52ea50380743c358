using Dag.Workflows.Activities;
using Dag.Workflows.Composition;
using Dag.Workflows.Definitions;

namespace Dag.Workflows.Graph;

/// <summary>Workflows that are used as activities: each use is compiled in where it stands.</summary>
internal sealed partial class GraphCompiler
{
    /// <summary>How deep workflows may use each other.</summary>
    public const int MostLevels = 32;

    /// <summary>How many activities a workflow may have with those that it uses.</summary>
    public const int MostActivities = 100_000;

    private readonly HashSet<WorkflowReference> _references = [];
    private Node? _owner;
    private int _level;
    private bool _isFull;

    /// <summary>The workflows that a definition uses directly, known or not.</summary>
    public static IReadOnlyList<WorkflowReference> ReferencesOf(WorkflowDefinition definition, ActivityCatalog catalog)
    {
        var compiler = new GraphCompiler(catalog, null);
        return definition.Root is null ? [] : compiler.CompileWorkflow(definition).References;
    }

    /// <summary>The activities of a definition, without those of the workflows that it uses, whatever is wrong with them.</summary>
    public static IReadOnlyList<Node> NodesOf(WorkflowDefinition definition, ActivityCatalog catalog) =>
        new GraphCompiler(catalog, null).CompileWorkflow(definition).Nodes;

    /// <summary>What is wrong when workflows use each other too deeply.</summary>
    public static DefinitionFault TooDeep(string place) => new(
        place, $"Workflows use each other more than {MostLevels} levels deep.", "Use fewer levels, or start some of them with Elsa.DispatchWorkflow.");

    private UsedWorkflow? FindWorkflow(ActivityDefinition activity)
    {
        var reference = WorkflowReference.Of(activity);
        _references.Add(reference);
        return _links.Find(reference);
    }

    // As in Elsa, the activity holds the workflow, which holds its root.
    private void AddWorkflow(Node node, UsedWorkflow used)
    {
        var outputs = used.Descriptor.Outputs.Where(o => used.Descriptor.Inputs.All(i => i.Name != o.Name));
        node.Variables =
        [
            .. used.Descriptor.Inputs.Select(i => new DeclaredVariable(i.Name, i.Name, i.Type, null)),
            .. outputs.Select(o => new DeclaredVariable(o.Name, o.Name, o.Type, null)),
        ];
        if (_level == MostLevels)
        {
            Faults.Add(TooDeep(node.NodeId));
        }
        else if (_nodes.Count > MostActivities)
        {
            RefuseMore(node);
        }
        else
        {
            var owner = _owner;
            _owner = node;
            _level++;
            var workflow = AddWorkflow(used.Definition, node, node.NodeId);
            node.Ports = new Dictionary<string, Node>(StringComparer.OrdinalIgnoreCase) { [WorkflowAsActivity.Root] = workflow };
            _level--;
            _owner = owner;
        }
    }

    private Node AddWorkflow(WorkflowDefinition definition, Node? parent, string place)
    {
        const string Id = "Workflow1";
        var workflow = new Node
        {
            Index = _nodes.Count,
            Definition = new ActivityDefinition { Id = Id, Type = "Elsa.Workflow", Source = definition.Source },
            Descriptor = _catalog.Find("Elsa.Workflow")!,
            NodeId = parent is null ? Id : $"{parent.NodeId}:{Id}",
            Parent = parent,
            Port = parent is null ? "" : WorkflowAsActivity.Root,
            Owner = _owner,
            Variables = Declare(definition.Variables, place),
            Inputs = [],
        };
        _nodes.Add(workflow);
        if (definition.Root is { } root)
        {
            workflow.Ports = new Dictionary<string, Node>(StringComparer.OrdinalIgnoreCase) { ["root"] = Add(root, workflow, "root", -1) };
        }

        return workflow;
    }

    // Once is enough: what is left out now is a million times what was there.
    private void RefuseMore(Node node)
    {
        if (!_isFull)
        {
            _isFull = true;
            Faults.Add(new DefinitionFault(
                node.NodeId,
                $"The workflow has more than {MostActivities:N0} activities with those that it uses.",
                "Use fewer, or start some of them with Elsa.DispatchWorkflow."));
        }
    }
}
