namespace Dag.Host.Metrics;

/// <summary>What a metric is to Prometheus.</summary>
internal enum MetricKind
{
    /// <summary>It only grows, until the process ends.</summary>
    Counter,

    /// <summary>It goes up and down.</summary>
    Gauge,

    /// <summary>Observations in buckets, with their sum and number.</summary>
    Histogram,
}
