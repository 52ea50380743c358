namespace Dag.Workflows.Catalog;

/// <summary>Keeps workflow definitions and their versions, as text.</summary>
internal interface IDefinitionStore
{
    /// <summary>
    /// Saves a draft: inserts the version, or replaces it if it is there under the same id and not published. With publish it is also
    /// published, in the same transaction.
    /// </summary>
    /// <exception cref="DefinitionConflictException">The version is published, or its number belongs to another id.</exception>
    Task<StoredDefinition> SaveAsync(DefinitionDraft draft, bool publish, CancellationToken cancellationToken);

    /// <summary>
    /// Saves what somebody has edited: over the latest version while that is a draft of which no run was started, else as a version of
    /// its own with the next number. With publish it is also published, in the same transaction.
    /// </summary>
    /// <exception cref="DefinitionConflictException">Somebody else has saved since, or the workflow is gone.</exception>
    Task<StoredDefinition> SaveEditAsync(DraftEdit edit, bool publish, CancellationToken cancellationToken);

    /// <summary>Reads the version that is meant, to start a run of it: from now on it does not change any more.</summary>
    Task<StoredDefinition?> FreezeAsync(string definitionId, VersionSelector versions, CancellationToken cancellationToken);

    /// <summary>Publishes a version and un-publishes the one before, atomically; false when there is no such version.</summary>
    Task<bool> PublishAsync(string id, CancellationToken cancellationToken);

    /// <summary>Un-publishes the workflow; false when no version of it was published.</summary>
    Task<bool> RetractAsync(string definitionId, CancellationToken cancellationToken);

    /// <summary>The version with this id, or null.</summary>
    Task<StoredDefinition?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>The version that is meant, the newest if several are, or null.</summary>
    Task<StoredDefinition?> FindAsync(string definitionId, VersionSelector versions, CancellationToken cancellationToken);

    /// <summary>Versions that match, without their content.</summary>
    Task<DefinitionPage> ListAsync(DefinitionFilter filter, CancellationToken cancellationToken);

    /// <summary>The published version of every workflow, by workflow id.</summary>
    Task<IReadOnlyList<StoredDefinition>> ListPublishedAsync(CancellationToken cancellationToken);

    /// <summary>All versions that may be used as activities, without their content.</summary>
    Task<IReadOnlyList<DefinitionSummary>> ListUsableAsActivitiesAsync(CancellationToken cancellationToken);

    /// <summary>The latest version of every workflow whose document holds one of these texts.</summary>
    Task<IReadOnlyList<StoredDefinition>> ListLatestMentioningAsync(string text, string orText, CancellationToken cancellationToken);

    /// <summary>What identifies each version of each workflow that can be used as an activity, as it is now: another content, another revision.</summary>
    Task<IReadOnlyList<UsableRevision>> ListUsableRevisionsAsync(CancellationToken cancellationToken);

    /// <summary>Deletes a workflow with all its versions and says how many there were. Runs keep the copies that they froze.</summary>
    Task<int> DeleteAsync(string definitionId, CancellationToken cancellationToken);

    /// <summary>Deletes a version; the highest one left is then the latest. False when there is no such version.</summary>
    Task<bool> DeleteVersionAsync(string id, CancellationToken cancellationToken);
}
