namespace Dag.Activities.Lake;

/// <summary>Helps with a name that does not exist, such as that of a column.</summary>
internal static class ColumnNames
{
    private const int MaxListed = 30;

    /// <summary>A sentence with the nearest name, if one is near, and the names that there are.</summary>
    public static string Suggest(string wrong, IEnumerable<string> names) => Suggest(wrong, names, "Its columns are");

    /// <summary>As <see cref="Suggest(string, IEnumerable{string})"/>, with another beginning of the list.</summary>
    public static string Suggest(string wrong, IEnumerable<string> names, string beginning)
    {
        var all = names.ToList();
        var list = string.Join(", ", all.Take(MaxListed)) + (all.Count > MaxListed ? $" and {all.Count - MaxListed} more" : "");
        return (Nearest(wrong, all) is { } nearest ? $"Did you mean '{nearest}'? " : "") + $"{beginning}: {list}.";
    }

    /// <summary>The name that is nearest, if one is near.</summary>
    public static string? Nearest(string wrong, IEnumerable<string> names) => names
        .Select(name => (Name: name, Distance: Distance(wrong, name)))
        .Where(p => p.Distance <= Math.Max(2, wrong.Length / 3))
        .OrderBy(p => p.Distance)
        .Select(p => p.Name)
        .FirstOrDefault();

    // Levenshtein's distance, ignoring case.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replace, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
