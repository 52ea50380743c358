using Dag.Workflows.Activities;
using Dag.Workflows.Catalog;
using Dag.Workflows.Composition;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Hooks;
using Dag.Workflows.Triggers;

namespace Dag.Workflows.Publishing;

/// <summary>Publishes workflows: validates them, stores them as the published version, and arms their triggers.</summary>
public sealed class WorkflowPublisher
{
    private readonly IDefinitionStore _store;
    private readonly ActivityCatalog _catalog;
    private readonly WorkflowFreezer _freezer;
    private readonly TriggerHost _triggers;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _publishing = new(1, 1);

    internal WorkflowPublisher(IDefinitionStore store, ActivityCatalog catalog, WorkflowFreezer freezer, TriggerHost triggers, TimeProvider clock)
    {
        _store = store;
        _catalog = catalog;
        _freezer = freezer;
        _triggers = triggers;
        _clock = clock;
    }

    /// <summary>
    /// All that is wrong with a definition and with the workflows that it uses, and where it clashes with what is published; empty when it
    /// can be published.
    /// </summary>
    public async ValueTask<IReadOnlyList<DefinitionFault>> ValidateAsync(WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        try
        {
            var links = await _freezer.LinkAsync(definition, cancellationToken);
            var (graph, faults) = await GraphCompiler.ExamineAsync(definition, _catalog, links, cancellationToken);
            return graph is null ? faults : [.. faults, .. await FindHookClashesAsync(graph, cancellationToken)];
        }
        catch (DefinitionException e)
        {
            return e.Faults;
        }
    }

    /// <summary>
    /// Publishes a definition as a new version, unless the published version says the same already; triggers of the former version are
    /// disarmed.
    /// </summary>
    /// <returns>The definition as it is now published.</returns>
    /// <exception cref="DefinitionException">It has faults; all are listed.</exception>
    public async Task<WorkflowDefinition> PublishAsync(WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        using var _ = await CheckAsync(definition, cancellationToken);
        return await ProvideAsync(definition, cancellationToken);
    }

    /// <summary>
    /// Finds out that a definition can be published. Until the result is disposed of, nothing else that this process publishes can come to
    /// clash with it.
    /// </summary>
    /// <exception cref="DefinitionException">It has faults; all are listed.</exception>
    internal async Task<IDisposable> CheckAsync(WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        await _publishing.WaitAsync(cancellationToken);
        try
        {
            if (await ValidateAsync(definition, cancellationToken) is { Count: > 0 } faults)
            {
                throw new DefinitionException(faults);
            }

            return new Turn(_publishing);
        }
        catch
        {
            _publishing.Release();
            throw;
        }
    }

    /// <summary>
    /// As <see cref="PublishAsync"/>, but takes a definition as it is: what is wrong with it is an incident of the run that gets there.
    /// </summary>
    internal async Task<WorkflowDefinition> ProvideAsync(WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        var latest = await _store.FindAsync(definition.DefinitionId, VersionSelector.Latest, cancellationToken);
        if (latest is { IsPublished: true } && CanonicalDefinition.Same(DefinitionReader.Read(latest.Json), definition))
        {
            return DefinitionReader.Read(latest.Json);
        }

        var version = latest is null ? definition.Version : latest.Version + 1;
        var published = definition with
        {
            Id = latest is null ? definition.Id : $"{definition.DefinitionId}-v{version}-{Guid.NewGuid():N}"[..Math.Min(64, definition.DefinitionId.Length + 24)],
            Version = version,
            IsLatest = true,
            IsPublished = true,
        };
        await _store.SaveAsync(
            new DefinitionDraft
            {
                Id = published.Id,
                DefinitionId = published.DefinitionId,
                Version = published.Version,
                Name = published.Name,
                Description = published.Description,
                CreatedAt = _clock.GetUtcNow(),
                Json = DefinitionWriter.Write(published),
            },
            publish: true,
            cancellationToken);
        await _triggers.RefreshAsync(cancellationToken);
        return published;
    }

    /// <summary>The published version of a workflow, or null.</summary>
    public async Task<WorkflowDefinition?> FindPublishedAsync(string definitionId, CancellationToken cancellationToken) =>
        await _store.FindAsync(definitionId, VersionSelector.Published, cancellationToken) is { } stored ? DefinitionReader.Read(stored.Json) : null;

    /// <summary>The triggers of everything that is published, as they stand in this process.</summary>
    public IReadOnlyList<TriggerState> ListTriggers() => _triggers.Armed;

    /// <summary>Takes a workflow out of service: its triggers are disarmed, its runs go on.</summary>
    /// <returns>False when no version of it is published.</returns>
    public async Task<bool> RetractAsync(string definitionId, CancellationToken cancellationToken)
    {
        var retracted = await _store.RetractAsync(definitionId, cancellationToken);
        await _triggers.RefreshAsync(cancellationToken);
        return retracted;
    }

    // One path and method belong to one workflow.
    private async Task<IReadOnlyList<DefinitionFault>> FindHookClashesAsync(WorkflowGraph graph, CancellationToken cancellationToken)
    {
        var own = HookValidator.HooksOf(graph).ToList();
        if (own.Count == 0)
        {
            return [];
        }

        var published = new List<PublishedHook>();
        foreach (var stored in (await _store.ListPublishedAsync(cancellationToken)).Where(s => s.DefinitionId != graph.Definition.DefinitionId))
        {
            try
            {
                published.AddRange(HookValidator.HooksOf((await _freezer.FreezeAsync(DefinitionReader.Read(stored.Json), cancellationToken)).Graph));
            }
            catch (DefinitionException)
            {
                // What cannot run answers no requests.
            }
        }

        return [.. HookValidator.Clashes(own, published)];
    }

    // Who publishes.
    private sealed class Turn(SemaphoreSlim publishing) : IDisposable
    {
        public void Dispose() => publishing.Release();
    }
}
