namespace Dag.Activities.Models;

/// <summary>Helps with a column name that does not exist.</summary>
internal static class ColumnNames
{
    private const int MaxListed = 30;

    /// <summary>A sentence with the nearest name, if one is near, and the names that there are.</summary>
    public static string Suggest(string wrong, IEnumerable<string> names)
    {
        var all = names.ToList();
        var nearest = all.Select(name => (name, distance: Distance(wrong, name)))
            .Where(p => p.distance <= Math.Max(2, wrong.Length / 3)).OrderBy(p => p.distance).Select(p => p.name).FirstOrDefault();
        var list = string.Join(", ", all.Take(MaxListed)) + (all.Count > MaxListed ? $" and {all.Count - MaxListed} more" : "");
        return (nearest is null ? "" : $"Did you mean '{nearest}'? ") + $"Its columns are: {list}.";
    }

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
