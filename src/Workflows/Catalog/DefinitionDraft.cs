using Dag.Workflows.Definitions;

namespace Dag.Workflows.Catalog;

/// <summary>A version to save. Which version is the latest follows from the numbers, what is published from publishing.</summary>
internal sealed record DefinitionDraft
{
    /// <summary>The version's id.</summary>
    public required string Id { get; init; }

    /// <summary>The workflow's id.</summary>
    public required string DefinitionId { get; init; }

    /// <summary>The version's number, at least 1.</summary>
    public required int Version { get; init; }

    /// <summary>The workflow's name.</summary>
    public required string Name { get; init; }

    /// <summary>What the workflow does.</summary>
    public string? Description { get; init; }

    /// <summary>When the version was created; kept when it is replaced.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The definition.</summary>
    public required string Json { get; init; }

    /// <summary>Whether the definition says that it may be used as an activity.</summary>
    public bool UsableAsActivity
    {
        get
        {
            try
            {
                return DefinitionReader.Read(Json).Options.UsableAsActivity;
            }
            catch (DefinitionException)
            {
                return false;
            }
        }
    }
}
