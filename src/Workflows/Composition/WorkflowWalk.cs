using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;

namespace Dag.Workflows.Composition;

/// <summary>Goes from a workflow to those that it uses, and on to those that they use; each is looked up once.</summary>
internal sealed class WorkflowWalk(IUsableWorkflows workflows, ActivityCatalog catalog)
{
    private readonly Dictionary<WorkflowReference, UsedWorkflow?> _found = [];
    private readonly HashSet<string> _visited = [];
    private readonly List<WorkflowDefinition> _path = [];

    public IEnumerable<UsedWorkflow> Used => _found.Values.OfType<UsedWorkflow>();

    /// <summary>Whether all that was named was found.</summary>
    public bool IsComplete => !_found.ContainsValue(null);

    /// <summary>Visits what a workflow uses.</summary>
    /// <exception cref="DefinitionException">A workflow uses itself, or one of them cannot run.</exception>
    public async Task VisitAsync(WorkflowDefinition user, IReadOnlyList<WorkflowReference> references, CancellationToken cancellationToken)
    {
        _path.Add(user);
        foreach (var reference in references)
        {
            if (await FindAsync(reference, cancellationToken) is not { } used)
            {
                continue;
            }

            RefuseCircle(used.Definition);
            if (_visited.Add(used.Content.Hash))
            {
                RefuseDepth();
                await VisitAsync(used.Definition, GraphCompiler.ReferencesOf(used.Definition, catalog), cancellationToken);
            }
        }

        _path.RemoveAt(_path.Count - 1);
    }

    private async Task<UsedWorkflow?> FindAsync(WorkflowReference reference, CancellationToken cancellationToken)
    {
        if (!_found.TryGetValue(reference, out var used))
        {
            var definition = await workflows.FindAsync(reference, cancellationToken);
            _found[reference] = used = definition is null ? null : new UsedWorkflow(reference, definition, FrozenContent.Of(definition));
        }

        return used;
    }

    private void RefuseCircle(WorkflowDefinition used)
    {
        var at = _path.FindIndex(w => w.DefinitionId == used.DefinitionId);
        if (at >= 0)
        {
            var circle = string.Join(" → ", _path.Skip(at).Append(used).Select(w => w.Name));
            throw new DefinitionException(
                [new DefinitionFault(_path[0].Name, $"The workflow {used.Name} uses itself: {circle}.", "Take one of them out, or start the last with Elsa.DispatchWorkflow.")]);
        }
    }

    private void RefuseDepth()
    {
        if (_path.Count > GraphCompiler.MostLevels)
        {
            throw new DefinitionException([GraphCompiler.TooDeep(_path[0].Name)]);
        }
    }
}
