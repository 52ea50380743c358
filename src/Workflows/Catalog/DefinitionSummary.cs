namespace Dag.Workflows.Catalog;

/// <summary>A stored version of a workflow definition, without its content.</summary>
internal record DefinitionSummary
{
    /// <summary>The version's id.</summary>
    public required string Id { get; init; }

    /// <summary>The workflow's id, which its versions share.</summary>
    public required string DefinitionId { get; init; }

    /// <summary>The version's number; 1 is the first.</summary>
    public required int Version { get; init; }

    /// <summary>The workflow's name in this version.</summary>
    public required string Name { get; init; }

    /// <summary>What the workflow does, in its author's words.</summary>
    public string? Description { get; init; }

    /// <summary>True for the version with the highest number.</summary>
    public required bool IsLatest { get; init; }

    /// <summary>True for the version that triggers and callers run; at most one of a workflow.</summary>
    public required bool IsPublished { get; init; }

    /// <summary>When the version was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>True while a stored run is one of this version.</summary>
    public required bool UsedByRun { get; init; }
}
