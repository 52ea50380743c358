using Dag.Workflows.Activities;

namespace Dag.Activities.Models;

/// <summary>Fits a <see cref="FeatureEncoding"/> on training rows, and on nothing else.</summary>
internal static class FeatureEncodingFit
{
    private const int FewestRowsOfIdentifier = 20;

    private const double DistinctShareOfIdentifier = 0.9;

    /// <param name="table">The table.</param>
    /// <param name="rows">The training rows.</param>
    /// <param name="features">The columns to use, without the target.</param>
    /// <param name="maxCategories">Texts of a column that get a feature of their own.</param>
    /// <param name="dropIdentifiers">Whether columns that look like identifiers are left out: those that nobody asked for by name.</param>
    /// <exception cref="ActivityException">A column holds infinite values, or nothing is left to learn from.</exception>
    public static FeatureEncoding Fit(
        ModelTable table, ReadOnlySpan<int> rows, IReadOnlyList<ModelColumn> features, int maxCategories, bool dropIdentifiers)
    {
        var columns = new List<FeatureColumn>();
        var dropped = new List<DroppedColumn>(table.Unusable);
        foreach (var column in features)
        {
            var fitted = column.Kind switch
            {
                ColumnKind.Text => FitText(column, rows, maxCategories, dropIdentifiers, out var reason) ?? Drop(column, reason, dropped),
                _ => FitNumbers(column, rows, dropIdentifiers, out var reason) ?? Drop(column, reason, dropped),
            };
            if (fitted is not null)
            {
                columns.Add(fitted);
            }
        }

        return columns.Count > 0 ? new FeatureEncoding(columns, dropped) : throw new ActivityException(
            "No feature is left to learn from: " + string.Join("; ", dropped.Select(d => $"'{d.Name}' is dropped, {d.Reason}"))
            + ". Add columns to the dataset or name others in features.")
        { Retryable = false };
    }

    private static FeatureColumn? Drop(ModelColumn column, string reason, List<DroppedColumn> dropped)
    {
        dropped.Add(new DroppedColumn(column.Name, reason));
        return null;
    }

    private static FeatureColumn? FitText(
        ModelColumn column, ReadOnlySpan<int> rows, int maxCategories, bool dropIdentifiers, out string reason)
    {
        var counts = new int[column.Texts.Length];
        var missing = 0;
        foreach (var row in rows)
        {
            if (column.Codes[row] is >= 0 and var code)
            {
                counts[code]++;
            }
            else
            {
                missing++;
            }
        }

        var seen = Enumerable.Range(0, counts.Length).Where(c => counts[c] > 0)
            .OrderByDescending(c => counts[c]).ThenBy(c => column.Texts[c], StringComparer.Ordinal).ToList();
        var known = rows.Length - missing;
        reason = seen.Count == 0 ? "empty"
            : seen.Count == 1 && missing == 0 ? "constant"
            : dropIdentifiers && known >= FewestRowsOfIdentifier && seen.Count > known * DistinctShareOfIdentifier
                ? $"like an identifier ({seen.Count:N0} different texts in {known:N0} rows)"
            : "";
        return reason.Length > 0 ? null : new FeatureColumn(column.Name, ColumnKind.Text)
        {
            Categories = [.. seen.Take(maxCategories).Select(c => column.Texts[c])],
            Other = seen.Count > maxCategories,
            MissingCategory = missing > 0,
        };
    }

    private static FeatureColumn? FitNumbers(ModelColumn column, ReadOnlySpan<int> rows, bool dropIdentifiers, out string reason)
    {
        var values = new double[rows.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = column.Numbers[rows[i]];
        }

        var infinite = values.Count(double.IsInfinity);
        if (infinite > 0)
        {
            throw new ActivityException($"The column '{column.Name}' holds {infinite:N0} infinite values, which no model can learn from. "
                + "Remove them, make them empty, or leave the column out of features.")
            { Retryable = false };
        }

        var known = values.Where(v => !double.IsNaN(v)).ToArray();
        Array.Sort(known);
        var missing = values.Length - known.Length;
        reason = known.Length == 0 ? "empty"
            : missing == 0 && known[0] == known[^1] ? "constant"
            : dropIdentifiers && missing == 0 && column.Kind == ColumnKind.Number && IsIdentifier(column.Name, known) ? "like an identifier"
            : "";
        return reason.Length > 0 ? null : new FeatureColumn(column.Name, column.Kind)
        {
            Origin = column.Kind == ColumnKind.Time ? known[0] : 0,
            Parts = column.Kind == ColumnKind.Time ? FitTime(known) : [new FeaturePart(DatePart.Value, Median(known))],
            Indicator = missing > 0,
        };
    }

    // Whole numbers, each once: a counter, which leaves few gaps, or something that calls itself an identifier.
    private static bool IsIdentifier(string name, double[] sorted)
    {
        if (sorted.Length < FewestRowsOfIdentifier)
        {
            return false;
        }

        for (var i = 0; i < sorted.Length; i++)
        {
            if (!double.IsInteger(sorted[i]) || (i > 0 && sorted[i] == sorted[i - 1]))
            {
                return false;
            }
        }

        return sorted[^1] - sorted[0] < 2.0 * sorted.Length
            || name.Equals("id", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("_id", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("Id", StringComparison.Ordinal);
    }

    // A part that is the same in all rows, such as the hour of plain dates, says nothing.
    private static List<FeaturePart> FitTime(double[] known)
    {
        var parts = new List<FeaturePart>();
        foreach (var part in DateParts.OfTime)
        {
            var values = Array.ConvertAll(known, v => DateParts.Of(part, v, known[0])).Where(v => !double.IsNaN(v)).ToArray();
            Array.Sort(values);
            if (values.Length > 0 && (values[0] != values[^1] || part == DatePart.ElapsedDays))
            {
                parts.Add(new FeaturePart(part, Median(values)));
            }
        }

        return parts;
    }

    private static double Median(double[] sorted) => sorted.Length % 2 == 1
        ? sorted[sorted.Length / 2]
        : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
}
