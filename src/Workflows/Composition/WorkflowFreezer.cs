using System.Security.Cryptography;
using System.Text;
using Dag.Workflows.Activities;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;

namespace Dag.Workflows.Composition;

/// <summary>
/// Finds all that a workflow uses and compiles it in. What a run started with, it keeps: its history names the hash of every workflow
/// in it, so that later versions change nothing.
/// </summary>
internal sealed class WorkflowFreezer(IUsableWorkflows workflows, ActivityCatalog catalog)
{
    // By the hash of the definition, and of all that it uses; compiled once.
    private readonly GraphCache _graphs = new();

    /// <summary>The workflow with all that it uses now.</summary>
    /// <exception cref="DefinitionException">It cannot run, or it uses itself.</exception>
    public async Task<FrozenWorkflow> FreezeAsync(WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        var content = FrozenContent.Of(definition);
        var alone = GraphOf(definition, content.Hash, WorkflowLinks.None);
        var links = alone.References.Count == 0 ? WorkflowLinks.None : await LinkAsync(definition, alone.References, cancellationToken);
        return Frozen(definition, content, links);
    }

    /// <summary>What the workflow uses now, whatever else is wrong with it.</summary>
    /// <exception cref="DefinitionException">It uses itself.</exception>
    public Task<WorkflowLinks> LinkAsync(WorkflowDefinition definition, CancellationToken cancellationToken) =>
        LinkAsync(definition, GraphCompiler.ReferencesOf(definition, catalog), cancellationToken);

    /// <summary>A workflow as it was frozen, if this process has compiled it before.</summary>
    public WorkflowGraph? FindGraph(string hash, IReadOnlyList<FrozenUse> uses) => _graphs.Find(KeyOf(hash, uses));

    /// <summary>A workflow as it was frozen.</summary>
    public WorkflowGraph Restore(string hash, WorkflowDefinition definition, IEnumerable<UsedWorkflow> uses) =>
        GraphOf(definition, hash, new WorkflowLinks(uses));

    private FrozenWorkflow Frozen(WorkflowDefinition definition, FrozenContent content, WorkflowLinks links) => new()
    {
        Definition = definition,
        Content = content,
        Links = links,
        Graph = GraphOf(definition, content.Hash, links),
    };

    private WorkflowGraph GraphOf(WorkflowDefinition definition, string hash, WorkflowLinks links) => _graphs.GetOrAdd(
        KeyOf(hash, [.. links.Used.Select(u => new FrozenUse(u.Reference, u.Content.Hash))]),
        () => GraphCompiler.Compile(definition, catalog, links));

    private static string KeyOf(string hash, IReadOnlyList<FrozenUse> uses)
    {
        if (uses.Count == 0)
        {
            return hash;
        }

        var text = string.Join('\n', uses.Select(u => $"{u.Hash} {u.Reference}").Order(StringComparer.Ordinal).Prepend(hash));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private async Task<WorkflowLinks> LinkAsync(
        WorkflowDefinition definition, IReadOnlyList<WorkflowReference> references, CancellationToken cancellationToken)
    {
        if (references.Count == 0)
        {
            return WorkflowLinks.None;
        }

        var walk = new WorkflowWalk(workflows, catalog);
        await walk.VisitAsync(definition, references, cancellationToken);
        return new WorkflowLinks(walk.Used, walk.IsComplete ? [] : await workflows.ListTypesAsync(cancellationToken));
    }
}
