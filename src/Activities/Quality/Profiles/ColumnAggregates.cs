using System.Globalization;
using System.Text.Json;
using Dag.Activities.Lake;

namespace Dag.Activities.Quality;

/// <summary>What one column needs of the pass over all columns, as SQL, and what its values mean.</summary>
internal sealed class ColumnAggregates
{
    private const int MostCharacters = 100;

    // The variance of what is larger overflows a double, which the engine takes for a fault.
    private const double MostForVariance = 1e150;

    private readonly DatasetColumn _column;
    private readonly ProfileSettings _settings;
    private readonly ValueKind _kind;
    private readonly string _value;
    private readonly string _finite;
    private readonly bool _exactQuantiles;
    private (double Min, double Max)? _bounds;

    public ColumnAggregates(DatasetColumn column, ProfileSettings settings, bool exactQuantiles)
    {
        (_column, _settings, _exactQuantiles) = (column, settings, exactQuantiles);
        _kind = ValueKinds.Of(column);
        _value = CheckPlanner.Sql(column);
        _finite = _kind == ValueKind.Time ? $"CASE WHEN isfinite({_value}) THEN epoch({_value}) END"
            : ValueKinds.MayBeNaN(column) ? $"CASE WHEN isfinite({_value}) THEN {_value}::DOUBLE END"
            : $"{_value}::DOUBLE";
    }

    public bool IsNumeric => _kind is ValueKind.Number or ValueKind.Time;

    /// <summary>The column as SQL; texts of all types as texts.</summary>
    public string Value => _value;

    /// <summary>Whether its values are compared.</summary>
    public bool IsComparable => _kind != ValueKind.Other;

    /// <summary>The ends of its finite values; as a rule the engine finds them in the statistics of the files, without reading rows.</summary>
    public IEnumerable<string> BoundSql => MayBeInfinite
        ? [$"min({_finite})", $"max({_finite})"]
        : _kind == ValueKind.Time ? [$"epoch(min({_value}))", $"epoch(max({_value}))"] : [$"min({_value})::DOUBLE", $"max({_value})::DOUBLE"];

    private bool MayBeInfinite => _kind == ValueKind.Time || ValueKinds.MayBeNaN(_column);

    /// <summary>Tells the ends.</summary>
    public void SetBounds(object? min, object? max) => _bounds = min is double low && max is double high ? (low, high) : null;

    /// <summary>The aggregates, of which <see cref="Read"/> gets the values.</summary>
    public IEnumerable<string> Sql()
    {
        yield return $"count({_value})";
        if (!IsComparable)
        {
            yield break;
        }

        yield return $"approx_count_distinct({_value})";
        yield return $"left(CAST(min({_value}) AS VARCHAR), {MostCharacters})";
        yield return $"left(CAST(max({_value}) AS VARCHAR), {MostCharacters})";
        if (_kind == ValueKind.Text)
        {
            yield return $"min(length({_value}))";
            yield return $"avg(length({_value}))";
            yield return $"max(length({_value}))";
            yield return $"coalesce(count_if({_value} = ''), 0)";
        }

        if (_bounds is { } bounds)
        {
            var shares = string.Join(", ", NumberProfile.QuantileShares.Select(s => s.ToString(CultureInfo.InvariantCulture)));
            yield return $"avg({_finite})";
            yield return Math.Max(Math.Abs(bounds.Min), Math.Abs(bounds.Max)) < MostForVariance ? $"stddev_samp({_finite})" : "NULL::DOUBLE";
            yield return $"count_if({_finite} = 0)";
            yield return $"count_if({_finite} < 0)";
            yield return $"count({_finite})";
            yield return $"CAST(to_json({(_exactQuantiles ? "quantile_cont" : "approx_quantile")}({_finite}, [{shares}])) AS VARCHAR)";
            yield return $"CAST(to_json(histogram({Bin(bounds)})) AS VARCHAR)";
        }
    }

    /// <summary>The figures, but for what counting each value tells.</summary>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="values">The values of the aggregates, one after the other.</param>
    public ColumnProfile Read(long rows, Queue<object?> values)
    {
        var present = (long)values.Dequeue()!;
        var profile = new ColumnProfile { Name = _column.Name, Type = _column.Type, Nulls = rows - present };
        if (!IsComparable)
        {
            return profile;
        }

        profile = profile with { Distinct = (long)values.Dequeue()!, Min = (string?)values.Dequeue(), Max = (string?)values.Dequeue() };
        if (_kind == ValueKind.Text)
        {
            var (min, mean, max, empty) = (values.Dequeue(), values.Dequeue(), values.Dequeue(), (long)values.Dequeue()!);
            profile = present == 0 ? profile : profile with { Lengths = new LengthProfile((long)min!, (double)mean!, (long)max!, empty) };
        }

        return _bounds is { } bounds ? profile with { Numbers = Numbers(bounds, present, values) } : profile;
    }

    private NumberProfile Numbers((double Min, double Max) bounds, long present, Queue<object?> values) => new()
    {
        Min = bounds.Min,
        Max = bounds.Max,
        Mean = Finite(values.Dequeue()),
        Std = Finite(values.Dequeue()),
        Zeros = (long)values.Dequeue()!,
        Negatives = (long)values.Dequeue()!,
        NotFinite = present - (long)values.Dequeue()!,
        Quantiles = JsonSerializer.Deserialize<double[]>((string)values.Dequeue()!)!,
        QuantilesAreExact = _exactQuantiles,
        Histogram = Histogram((string)values.Dequeue()!, bounds),
    };

    // As numpy: bins of the same width, the greatest value in the last one.
    private string Bin((double Min, double Max) bounds)
    {
        var scale = _settings.Bins / (bounds.Max - bounds.Min);
        return double.IsFinite(scale)
            ? $"least(floor(({_finite} - {Text(bounds.Min)}) * {Text(scale)}), {_settings.Bins - 1})::SMALLINT"
            : $"CASE WHEN {_finite} IS NOT NULL THEN 0 END::SMALLINT";
    }

    private long[] Histogram(string json, (double Min, double Max) bounds)
    {
        var counts = new long[double.IsFinite(_settings.Bins / (bounds.Max - bounds.Min)) ? _settings.Bins : 1];
        foreach (var (bin, count) in JsonSerializer.Deserialize<Dictionary<int, long>>(json)!)
        {
            counts[bin] = count;
        }

        return counts;
    }

    private static double? Finite(object? value) => value is double number && double.IsFinite(number) ? number : null;

    private static string Text(double value) => $"CAST('{value.ToString("R", CultureInfo.InvariantCulture)}' AS DOUBLE)";
}
