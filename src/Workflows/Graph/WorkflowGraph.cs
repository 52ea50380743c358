using Dag.Workflows.Composition;
using Dag.Workflows.Definitions;
using Dag.Workflows.Hooks;
using Dag.Workflows.Scripts;

namespace Dag.Workflows.Graph;

/// <summary>A validated workflow: every activity with its type's descriptor, its expressions and its place. Immutable, shared by runs.</summary>
internal sealed class WorkflowGraph
{
    private readonly Dictionary<string, Node> _byNodeId;

    public WorkflowGraph(WorkflowDefinition definition, IReadOnlyList<Node> nodes, IReadOnlyList<DefinitionFault> faults, GraphScripts? scripts = null)
    {
        Scripts = scripts;
        Definition = definition;
        Nodes = nodes;
        Faults = faults;
        _byNodeId = nodes.ToDictionary(n => n.NodeId);
        Strategy = IncidentStrategies.Parse(definition.Options.IncidentStrategyType);
        Answers = nodes.Any(n => n.Control is WriteHttpResponse);
        MaxInputs = nodes.Max(n => n.Inputs.Length);
    }

    public WorkflowDefinition Definition { get; }

    /// <summary>The workflow itself first, then every activity before those that it holds.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>Faults with which a run may start all the same.</summary>
    public IReadOnlyList<DefinitionFault> Faults { get; }

    public IncidentStrategy Strategy { get; }

    public int MaxInputs { get; }

    /// <summary>The types that are no activities of their own, as the workflow and those that it uses name them.</summary>
    public IReadOnlyList<WorkflowReference> References { get; init; } = [];

    /// <summary>Whether a run can answer the request that started it.</summary>
    public bool Answers { get; }

    /// <summary>What its scripts share; null when it has none.</summary>
    public GraphScripts? Scripts { get; }

    public Node Workflow => Nodes[0];

    public Node? Find(string nodeId) => _byNodeId.GetValueOrDefault(nodeId);

    /// <summary>The first activity with this id, from the outside in.</summary>
    public Node? FindActivity(string id) => Nodes.Skip(1).FirstOrDefault(n => n.Id == id);
}
