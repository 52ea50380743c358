namespace Dag.Workflows.Catalog;

/// <summary>The choices of <see cref="VersionSelector"/>.</summary>
internal enum VersionKind
{
    /// <summary>The highest number.</summary>
    Latest,

    /// <summary>The published one.</summary>
    Published,

    /// <summary>The latest and the published one.</summary>
    LatestOrPublished,

    /// <summary>The latest, if published.</summary>
    LatestAndPublished,

    /// <summary>The latest, if not published.</summary>
    Draft,

    /// <summary>Every one.</summary>
    All,

    /// <summary>The one with a number.</summary>
    Specific,
}
