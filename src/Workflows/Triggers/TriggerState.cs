namespace Dag.Workflows.Triggers;

/// <summary>A trigger of a published workflow, as it stands.</summary>
public sealed record TriggerState
{
    /// <summary>The workflow's id.</summary>
    public required string DefinitionId { get; init; }

    /// <summary>The published version.</summary>
    public required int Version { get; init; }

    /// <summary>The workflow's name.</summary>
    public required string WorkflowName { get; init; }

    /// <summary>The trigger activity's id.</summary>
    public required string ActivityId { get; init; }

    /// <summary>The trigger activity's type.</summary>
    public required string Type { get; init; }

    /// <summary>When it fires next; null for one that listens, and for one that never fires again.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>What keeps it from firing; null when nothing does.</summary>
    public string? Problem { get; init; }
}
