using System.Diagnostics.Metrics;

namespace Dag.Host.Metrics;

/// <summary>All series of one instrument. They are bounded: beyond so many, all new ones share one that says so.</summary>
internal sealed class MetricFamily
{
    /// <summary>How many series a metric may have.</summary>
    public const int MostSeries = 1000;

    private static readonly double[] DefaultBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Lock _gate = new();
    private readonly Dictionary<KeyValuePair<string, object?>[], MetricSeries> _series = new(new MetricLabels());
    private readonly Action<MetricSeries, double> _record;
    private MetricSeries? _overflow;

    public MetricFamily(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        IsObserved = instrument.IsObservable;
        Kind = type == typeof(Histogram<>) ? MetricKind.Histogram
            : type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
            : MetricKind.Gauge;
        Boundaries = Kind == MetricKind.Histogram ? (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries?.ToArray() ?? DefaultBoundaries : null;
        _record = Kind == MetricKind.Histogram ? static (s, v) => s.Observe(v)
            : IsObserved || type == typeof(Gauge<>) ? static (s, v) => s.Set(v)
            : static (s, v) => s.Add(v);
        Name = PrometheusText.MetricName(instrument.Name, instrument.Unit, Kind);
        Help = instrument.Description ?? "";
    }

    public string Name { get; }

    public string Help { get; }

    public MetricKind Kind { get; }

    /// <summary>The boundaries of the buckets, without the infinite one; null for what has none.</summary>
    public double[]? Boundaries { get; }

    /// <summary>Whether it is asked for its values, and says all of them then.</summary>
    public bool IsObserved { get; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate)
        {
            _record(Find(tags), value);
        }
    }

    /// <summary>Forgets what was observed before: what is not said again is gone.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _series.Clear();
            _overflow = null;
        }
    }

    /// <summary>Shows the series, in the order of their labels, while nothing is recorded.</summary>
    public void Read(Action<MetricFamily, IEnumerable<MetricSeries>> read)
    {
        lock (_gate)
        {
            if (_series.Count > 0)
            {
                read(this, _series.Values.Concat(_overflow is null ? [] : [_overflow]).OrderBy(s => s.Labels, StringComparer.Ordinal));
            }
        }
    }

    private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var lookup = _series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        if (lookup.TryGetValue(tags, out var series))
        {
            return series;
        }

        if (_series.Count >= MostSeries)
        {
            return _overflow ??= new MetricSeries("overflow=\"true\"", Boundaries);
        }

        return lookup[tags] = new MetricSeries(MetricLabels.TextOf(tags), Boundaries);
    }
}
