using Dag.Workflows.Definitions;

namespace Dag.Workflows.Composition;

/// <summary>Workflows that were given by hand, such as files; those that are not among them come from elsewhere.</summary>
internal sealed class GivenWorkflows(IReadOnlyList<WorkflowDefinition> given, IUsableWorkflows? others = null) : IUsableWorkflows
{
    public async Task<WorkflowDefinition?> FindAsync(WorkflowReference reference, CancellationToken cancellationToken)
    {
        var ofType = given.Where(d => d.Options.UsableAsActivity && WorkflowDescriptors.IsTypeOf(d.Name, reference.Type)).ToList();
        if (ofType.Count == 0)
        {
            return others is null ? null : await others.FindAsync(reference, cancellationToken);
        }

        var id = given.Any(d => d.DefinitionId == reference.DefinitionId) ? reference.DefinitionId : ofType[0].DefinitionId;
        var versions = given.Where(d => d.DefinitionId == id).OrderByDescending(d => d.Version).ToList();
        return versions.Find(d => d.Id == reference.VersionId)
            ?? versions.Find(d => d.Version == reference.Version)
            ?? versions.Find(d => d.IsPublished)
            ?? versions[0];
    }

    public async Task<IReadOnlyList<string>> ListTypesAsync(CancellationToken cancellationToken) =>
    [
        .. given.Where(d => d.Options.UsableAsActivity).Select(d => WorkflowDescriptors.TypeOf(d.Name))
            .Union(others is null ? [] : await others.ListTypesAsync(cancellationToken)),
    ];
}
