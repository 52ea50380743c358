namespace Dag.Host.ElsaApi;

/// <summary>A list in Elsa's shape.</summary>
/// <param name="Items">All of it.</param>
internal sealed record ElsaList<T>(IReadOnlyList<T> Items)
{
    /// <summary>How many there are.</summary>
    public long Count => Items.Count;
}

/// <summary>A page of a list in Elsa's shape.</summary>
/// <param name="Items">What is on the page.</param>
/// <param name="TotalCount">How many there are in all.</param>
internal sealed record ElsaPage<T>(IReadOnlyList<T> Items, long TotalCount)
{
    /// <summary>What may be done; without the right ones Studio only shows.</summary>
    public IReadOnlyList<ElsaLink> Links { get; init; } = [];
}

/// <summary>Something that may be done.</summary>
/// <param name="Href">Where.</param>
/// <param name="Rel">What.</param>
/// <param name="Method">How.</param>
internal sealed record ElsaLink(string Href, string Rel, string Method);
