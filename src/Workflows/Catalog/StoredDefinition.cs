namespace Dag.Workflows.Catalog;

/// <summary>A stored version of a workflow definition.</summary>
internal sealed record StoredDefinition : DefinitionSummary
{
    /// <summary>The definition as it was given, not parsed.</summary>
    public required string Json { get; init; }

    /// <summary>Changes with every save: whoever edits names the one that they began with.</summary>
    public required string Revision { get; init; }
}
