namespace Dag.Workflows.Catalog;

/// <summary>A stored version of a workflow definition.</summary>
internal sealed record StoredDefinition : DefinitionSummary
{
    /// <summary>The definition as it was given, not parsed.</summary>
    public required string Json { get; init; }
}
