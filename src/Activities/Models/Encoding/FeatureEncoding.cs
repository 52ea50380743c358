using Dag.Activities.Lake;
using Dag.Workflows.Activities;

namespace Dag.Activities.Models;

/// <summary>
/// Turns the columns of a table into numbers, as fitted on training rows. Two forms: as it is, with NaN for missing values, for trees; and
/// filled with medians and indicators, for linear models. Stored with the model.
/// </summary>
/// <param name="Columns">The columns used, in order.</param>
/// <param name="Dropped">The columns not used, with reasons.</param>
internal sealed record FeatureEncoding(IReadOnlyList<FeatureColumn> Columns, IReadOnlyList<DroppedColumn> Dropped)
{
    /// <summary>The names of the encoded features: first the numbers, then those of which a text sets at most one.</summary>
    public IReadOnlyList<string> FeatureNames(bool filled) =>
        [.. Columns.SelectMany(DenseNames), .. filled ? Columns.Where(c => c.Indicator).Select(c => $"{c.Name} is missing") : [],
            .. Columns.SelectMany(c => c.HotNames())];

    /// <exception cref="ActivityException">The table lacks a column.</exception>
    public EncodedRows Encode(ModelTable table, ReadOnlySpan<int> rows, bool filled)
    {
        var encoded = new EncodedRows(
            rows.Length,
            Columns.Sum(c => c.Parts.Count) + (filled ? Columns.Count(c => c.Indicator) : 0),
            Columns.Count(c => c.HotWidth > 0),
            Columns.Sum(c => c.HotWidth));
        int dense = 0, indicator = Columns.Sum(c => c.Parts.Count), hot = 0, hotStart = 0;
        foreach (var feature in Columns)
        {
            var column = ColumnOf(table, feature);
            foreach (var part in feature.Parts)
            {
                WritePart(encoded, dense++, column, rows, feature, part, filled);
            }

            if (filled && feature.Indicator)
            {
                WriteIndicator(encoded, indicator++, column, rows);
            }

            if (feature.HotWidth > 0)
            {
                WriteHot(encoded, hot++, hotStart, column, rows, feature);
                hotStart += feature.HotWidth;
            }
        }

        return encoded;
    }

    private static IEnumerable<string> DenseNames(FeatureColumn column) =>
        column.Parts.Select(p => p.Part == DatePart.Value ? column.Name : $"{column.Name} {p.Part}");

    private static ModelColumn ColumnOf(ModelTable table, FeatureColumn feature) =>
        table.Find(feature.Name)?.As(feature.Kind) ?? throw new ActivityException(
            $"The data has no column '{feature.Name}', which the model was trained on. "
            + ColumnNames.Suggest(feature.Name, table.Columns.Select(c => c.Name)))
        { Retryable = false };

    private static void WritePart(
        EncodedRows encoded, int at, ModelColumn column, ReadOnlySpan<int> rows, FeatureColumn feature, FeaturePart part, bool filled)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            var value = DateParts.Of(part.Part, column.Numbers[rows[i]], feature.Origin);
            encoded.Dense[(i * encoded.DenseWidth) + at] = filled && !double.IsFinite(value) ? part.Fill : value;
        }
    }

    private static void WriteIndicator(EncodedRows encoded, int at, ModelColumn column, ReadOnlySpan<int> rows)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            encoded.Dense[(i * encoded.DenseWidth) + at] = column.IsMissing(rows[i]) ? 1 : 0;
        }
    }

    private static void WriteHot(
        EncodedRows encoded, int at, int start, ModelColumn column, ReadOnlySpan<int> rows, FeatureColumn feature)
    {
        var byCode = feature.HotByCode(column);
        for (var i = 0; i < rows.Length; i++)
        {
            var code = column.Codes[rows[i]];
            var hot = code < 0 ? feature.HotOfMissing : byCode[code];
            encoded.Hot[(i * encoded.HotColumns) + at] = hot < 0 ? -1 : start + hot;
        }
    }
}
