using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;

namespace Dag.Workflows.Hooks;

/// <summary>An endpoint that starts runs of a published workflow.</summary>
internal sealed record PublishedHook(WorkflowDefinition Definition, Node Node, HookSettings Settings)
{
    /// <summary>Names the endpoint in the ledger of keys; the same for all versions of the workflow.</summary>
    public string Scope => $"hook/{Definition.DefinitionId}/{Node.Id}";

    public override string ToString() => $"{string.Join(", ", Settings.Methods)} /hooks{Settings.Route}";
}
