using Dag.Workflows.Activities;
using Dag.Workflows.Catalog;
using Dag.Workflows.Composition;
using Dag.Workflows.Definitions;

namespace Dag.Host.ElsaApi.Descriptors;

/// <summary>A version of a workflow that can be used as an activity.</summary>
internal sealed class UsableWorkflow(StoredDefinition stored)
{
    public StoredDefinition Stored { get; } = stored;

    public WorkflowDefinition Definition { get; } = DefinitionReader.Read(stored.Json);

    /// <summary>What it is as an activity.</summary>
    public ActivityDescriptor Descriptor => field ??= WorkflowDescriptors.Of(Definition with { IsPublished = Stored.IsPublished });
}
