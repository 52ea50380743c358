using System.Globalization;

namespace Dag.Workflows.Catalog;

/// <summary>Which versions of a workflow are meant, in Elsa's words.</summary>
internal readonly record struct VersionSelector
{
    private VersionSelector(VersionKind kind, int number = 0)
    {
        Kind = kind;
        Number = number;
    }

    /// <summary>The version with the highest number.</summary>
    public static VersionSelector Latest => new(VersionKind.Latest);

    /// <summary>The published version.</summary>
    public static VersionSelector Published => new(VersionKind.Published);

    /// <summary>The latest and the published version; where one is wanted, the latest.</summary>
    public static VersionSelector LatestOrPublished => new(VersionKind.LatestOrPublished);

    /// <summary>The latest version, if it is published.</summary>
    public static VersionSelector LatestAndPublished => new(VersionKind.LatestAndPublished);

    /// <summary>The latest version, if it is not published.</summary>
    public static VersionSelector Draft => new(VersionKind.Draft);

    /// <summary>Every version.</summary>
    public static VersionSelector All => new(VersionKind.All);

    /// <summary>What kind of choice it is.</summary>
    public VersionKind Kind { get; }

    /// <summary>The number, where the kind is Specific.</summary>
    public int Number { get; }

    /// <summary>The version with this number.</summary>
    public static VersionSelector Specific(int number) => new(VersionKind.Specific, number);

    /// <summary>Reads Elsa's <c>versionOptions</c>, in any case; false when it is none of them.</summary>
    public static bool TryParse(string text, out VersionSelector selector)
    {
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        var kind = isNumber ? VersionKind.Specific : text.ToUpperInvariant() switch
        {
            "LATEST" => VersionKind.Latest,
            "PUBLISHED" => VersionKind.Published,
            "LATESTORPUBLISHED" => VersionKind.LatestOrPublished,
            "LATESTANDPUBLISHED" => VersionKind.LatestAndPublished,
            "DRAFT" => VersionKind.Draft,
            "ALLVERSIONS" or "ALL" => VersionKind.All,
            _ => (VersionKind?)null,
        };
        selector = new VersionSelector(kind ?? default, number);
        return kind is not null;
    }
}
