namespace Dag.Workflows.Catalog;

/// <summary>A stored version of a workflow definition.</summary>
internal sealed record StoredDefinition : DefinitionSummary
{
    /// <summary>The definition as it was given, not parsed.</summary>
    public required string Json { get; init; }

    /// <summary>Changes with every save: whoever edits names the one that they began with.</summary>
    public required string Revision { get; init; }

    /// <summary>The id of the version that a revision is of.</summary>
    public static string VersionIn(string revision) => revision.LastIndexOf('/') is >= 0 and var end ? revision[..end] : revision;
}
