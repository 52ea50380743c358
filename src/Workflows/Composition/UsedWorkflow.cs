using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;

namespace Dag.Workflows.Composition;

/// <summary>A workflow that another one uses as an activity, as it was when it was looked up.</summary>
internal sealed class UsedWorkflow(WorkflowReference reference, WorkflowDefinition definition, FrozenContent content)
{
    /// <summary>How it is named.</summary>
    public WorkflowReference Reference { get; } = reference;

    public WorkflowDefinition Definition { get; } = definition;

    public FrozenContent Content { get; } = content;

    /// <summary>What it is as an activity.</summary>
    public ActivityDescriptor Descriptor => field ??= WorkflowDescriptors.Of(Definition);
}
