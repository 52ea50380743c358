using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;
using Dag.Workflows.Triggers;

namespace Dag.Workflows.Publishing;

/// <summary>What people do with workflows in an editor: save drafts, publish, go back to a version, delete.</summary>
internal sealed class WorkflowDrafts(IDefinitionStore store, WorkflowPublisher publisher, TriggerHost triggers, TimeProvider clock)
{
    /// <summary>An id that no version or workflow has had.</summary>
    public string NewId() => Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");

    /// <summary>Saves what somebody has edited, and publishes it if asked to.</summary>
    /// <param name="edited">The workflow as it is now; its id and version are given here.</param>
    /// <param name="publish">Whether it is published; then it must be without faults, otherwise it may be unfinished.</param>
    /// <param name="basedOn">The revision that the editor began with; null to save over whatever is there.</param>
    /// <param name="editor">The page that edits; null for nobody.</param>
    /// <exception cref="DefinitionException">It is to be published and has faults; all are listed, and nothing is saved.</exception>
    /// <exception cref="DefinitionConflictException">Somebody else has saved since.</exception>
    public async Task<StoredDefinition> SaveAsync(
        WorkflowDefinition edited, bool publish, string? basedOn, string? editor, CancellationToken cancellationToken)
    {
        using var check = publish ? await publisher.CheckAsync(edited, cancellationToken) : null;
        var stored = await store.SaveEditAsync(
            new DraftEdit
            {
                DefinitionId = edited.DefinitionId,
                Name = edited.Name,
                Description = edited.Description,
                BasedOn = basedOn,
                Editor = editor,
                NewId = NewId(),
                Now = clock.GetUtcNow(),
                Write = (id, version) => DefinitionWriter.Write(edited with { Id = id, Version = version, IsLatest = true, IsPublished = publish }),
            },
            publish,
            cancellationToken);
        if (publish)
        {
            await triggers.RefreshAsync(cancellationToken);
        }

        return stored;
    }

    /// <summary>Publishes the latest version of a workflow; null when there is no such workflow.</summary>
    /// <exception cref="DefinitionException">It has faults; all are listed.</exception>
    public async Task<PublishedVersion?> PublishAsync(string definitionId, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(definitionId, VersionSelector.Latest, cancellationToken) is not { } latest)
        {
            return null;
        }

        if (latest.IsPublished)
        {
            return new PublishedVersion(latest, WasPublished: true);
        }

        using var check = await publisher.CheckAsync(DefinitionReader.Read(latest.Json), cancellationToken);
        await store.PublishAsync(latest.Id, cancellationToken);
        await triggers.RefreshAsync(cancellationToken);
        return await store.FindAsync(latest.Id, cancellationToken) is { } published ? new PublishedVersion(published, WasPublished: false) : null;
    }

    /// <summary>Makes a new draft of a former version; null when there is no such version.</summary>
    public async Task<StoredDefinition?> RevertAsync(string definitionId, int version, CancellationToken cancellationToken) =>
        await store.FindAsync(definitionId, VersionSelector.Specific(version), cancellationToken) is { } former
            ? await SaveAsync(DefinitionReader.Read(former.Json), publish: false, basedOn: null, editor: null, cancellationToken)
            : null;

    /// <summary>Deletes workflows with all their versions, and disarms their triggers; their runs keep what they froze.</summary>
    /// <returns>How many of them were there.</returns>
    public async Task<int> DeleteAsync(IReadOnlyCollection<string> definitionIds, CancellationToken cancellationToken)
    {
        var deleted = 0;
        foreach (var definitionId in definitionIds)
        {
            deleted += await store.DeleteAsync(definitionId, cancellationToken) > 0 ? 1 : 0;
        }

        await triggers.RefreshAsync(cancellationToken);
        return deleted;
    }

    /// <summary>Deletes versions.</summary>
    /// <returns>How many of them were there.</returns>
    public async Task<int> DeleteVersionsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var deleted = 0;
        foreach (var id in ids)
        {
            deleted += await store.DeleteVersionAsync(id, cancellationToken) ? 1 : 0;
        }

        await triggers.RefreshAsync(cancellationToken);
        return deleted;
    }
}

/// <summary>A version that is published.</summary>
/// <param name="Definition">The version.</param>
/// <param name="WasPublished">Whether it already was.</param>
internal sealed record PublishedVersion(StoredDefinition Definition, bool WasPublished);
