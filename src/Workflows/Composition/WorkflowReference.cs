using Dag.Workflows.Definitions;

namespace Dag.Workflows.Composition;

/// <summary>How an activity names the workflow that it stands for.</summary>
/// <param name="Type">The activity's type: the workflow's name in Pascal case.</param>
/// <param name="Version">The number of the version, if one is named.</param>
/// <param name="DefinitionId">The workflow's id, if it is named.</param>
/// <param name="VersionId">The id of the version, if it is named; it goes before the number.</param>
internal readonly record struct WorkflowReference(string Type, int? Version, string? DefinitionId, string? VersionId)
{
    public static WorkflowReference Of(ActivityDefinition activity) => new(
        activity.Type,
        activity.Version,
        JsonMembers.Text(activity.Source, "workflowDefinitionId"),
        JsonMembers.Text(activity.Source, "workflowDefinitionVersionId"));
}
