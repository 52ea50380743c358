namespace Dag.Workflows.Catalog;

/// <summary>What to list.</summary>
internal sealed record DefinitionFilter
{
    /// <summary>Which versions; default the latest.</summary>
    public VersionSelector Versions { get; init; } = VersionSelector.Latest;

    /// <summary>Only these workflows; empty means all.</summary>
    public IReadOnlyList<string> DefinitionIds { get; init; } = [];

    /// <summary>Only versions with these ids; empty means all.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];

    /// <summary>Only those whose name, workflow id or description contains this, in any case.</summary>
    public string? Search { get; init; }

    /// <summary>In which order; default by name.</summary>
    public DefinitionOrder OrderBy { get; init; }

    /// <summary>True to turn the order round; default false.</summary>
    public bool Descending { get; init; }

    /// <summary>How many to leave out.</summary>
    public int Skip { get; init; }

    /// <summary>How many to return at the most; default 50.</summary>
    public int Take { get; init; } = 50;
}

/// <summary>The orders of a list of definitions.</summary>
internal enum DefinitionOrder
{
    /// <summary>By name, in any case.</summary>
    Name,

    /// <summary>By the time of creation.</summary>
    CreatedAt,

    /// <summary>By the number of the version.</summary>
    Version,
}

/// <summary>A page of definitions.</summary>
internal sealed record DefinitionPage(IReadOnlyList<DefinitionSummary> Definitions, long TotalCount);
