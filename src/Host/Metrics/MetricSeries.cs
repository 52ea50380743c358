namespace Dag.Host.Metrics;

/// <summary>The values of one metric under one set of labels; its family sees to it that one thread uses it at a time.</summary>
internal sealed class MetricSeries(string labels, double[]? boundaries)
{
    private readonly long[]? _buckets = boundaries is null ? null : new long[boundaries.Length];

    /// <summary>The labels, as they are written between braces; empty for none.</summary>
    public string Labels => labels;

    /// <summary>The value, or the sum of what was observed.</summary>
    public double Value { get; private set; }

    /// <summary>How often something was observed.</summary>
    public long Count { get; private set; }

    /// <summary>How many observations each boundary, and those below it, have.</summary>
    public IReadOnlyList<long> Buckets => _buckets ?? [];

    public void Set(double value) => Value = value;

    public void Add(double value) => Value += value;

    public void Observe(double value)
    {
        Value += value;
        Count++;
        for (var i = boundaries!.Length - 1; i >= 0 && value <= boundaries[i]; i--)
        {
            _buckets![i]++;
        }
    }
}
