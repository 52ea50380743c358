using System.Diagnostics.Metrics;
using Dag.Workflows.Telemetry;

namespace Dag.Workflows.Storage;

/// <summary>Counts commits to the metadata database.</summary>
public sealed class StorageMetrics
{
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _writes;
    private readonly Counter<long> _failures;

    /// <summary>Makes the instruments.</summary>
    public StorageMetrics(DagMeter meter)
    {
        _duration = meter.Seconds(
            "dag.commit.duration", "One transaction on the metadata database, from its beginning to its commit.", 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5);
        _writes = meter.Meter.CreateHistogram(
            "dag.commit.writes", "{write}", "Writes that shared one commit.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500] });
        _failures = meter.Meter.CreateCounter<long>("dag.commits.failed", "{commit}", "Commits to the metadata database that failed.");
    }

    internal void Committed(TimeSpan duration, int writes)
    {
        _duration.Record(duration.TotalSeconds);
        _writes.Record(writes);
    }

    internal void Failed() => _failures.Add(1);
}
