namespace Dag.Workflows.Composition;

/// <summary>The workflows that one workflow uses, directly or through others, by how they are named.</summary>
internal sealed class WorkflowLinks
{
    private readonly Dictionary<WorkflowReference, UsedWorkflow> _used;

    public WorkflowLinks(IEnumerable<UsedWorkflow> used, IReadOnlyList<string>? knownTypes = null)
    {
        _used = used.ToDictionary(u => u.Reference);
        KnownTypes = knownTypes ?? [];
    }

    /// <summary>No workflows.</summary>
    public static WorkflowLinks None { get; } = new([]);

    public IReadOnlyCollection<UsedWorkflow> Used => _used.Values;

    /// <summary>The types that could be used, for who looks for one that is not there.</summary>
    public IReadOnlyList<string> KnownTypes { get; }

    public UsedWorkflow? Find(WorkflowReference reference) => _used.GetValueOrDefault(reference);
}
