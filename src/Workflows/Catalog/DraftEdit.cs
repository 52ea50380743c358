namespace Dag.Workflows.Catalog;

/// <summary>A change of a workflow by somebody who edits it.</summary>
internal sealed record DraftEdit
{
    /// <summary>The workflow's id.</summary>
    public required string DefinitionId { get; init; }

    /// <summary>The workflow's name.</summary>
    public required string Name { get; init; }

    /// <summary>What the workflow does.</summary>
    public string? Description { get; init; }

    /// <summary>The <see cref="StoredDefinition.Revision"/> that the editor began with; null to save over whatever is there.</summary>
    public string? BasedOn { get; init; }

    /// <summary>Names the page that edits, so that its own saves do not stand in its way when they overtake each other; null for nobody.</summary>
    public string? Editor { get; init; }

    /// <summary>The id that the version gets if it is a new one.</summary>
    public required string NewId { get; init; }

    /// <summary>When the version was created, if it is a new one.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The document of the version with this id and number.</summary>
    public required Func<string, int, string> Write { get; init; }
}
