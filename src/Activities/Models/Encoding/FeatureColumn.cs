namespace Dag.Activities.Models;

/// <summary>How one column of a dataset becomes numbers.</summary>
/// <param name="Name">The column.</param>
/// <param name="Kind">What it held when the model was trained; new data is read as the same.</param>
internal sealed record FeatureColumn(string Name, ColumnKind Kind)
{
    /// <summary>The numbers made of it: the value itself, or the parts of a date. Empty for text.</summary>
    public IReadOnlyList<FeaturePart> Parts { get; init; } = [];

    /// <summary>Whether models that cannot take a missing number get a feature that says that it is missing.</summary>
    public bool Indicator { get; init; }

    /// <summary>The time from which elapsed days are counted, in seconds since 1970.</summary>
    public double Origin { get; init; }

    /// <summary>The texts that have a feature of their own, the most frequent first.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Whether the rarer texts share a feature, to which texts never seen before belong as well.</summary>
    public bool Other { get; init; }

    /// <summary>Whether a missing text has a feature of its own.</summary>
    public bool MissingCategory { get; init; }

    /// <summary>Features of which at most one is 1 in a row.</summary>
    internal int HotWidth => Categories.Count + (Other ? 1 : 0) + (MissingCategory ? 1 : 0);

    internal IEnumerable<string> HotNames() => Categories.Select(c => $"{Name}={c}")
        .Concat(Other ? [$"{Name}=(other)"] : []).Concat(MissingCategory ? [$"{Name}=(missing)"] : []);

    /// <summary>The feature of each text of a column, by its code; -1 where all features are 0.</summary>
    internal int[] HotByCode(ModelColumn column)
    {
        var index = Categories.Select((text, i) => (text, i)).ToDictionary(p => p.text, p => p.i, StringComparer.Ordinal);
        var rare = Other ? Categories.Count : -1;
        return Array.ConvertAll(column.Texts, text => index.GetValueOrDefault(text, rare));
    }

    internal int HotOfMissing => MissingCategory ? HotWidth - 1 : -1;
}
