using System.Diagnostics.Metrics;

namespace Dag.Workflows.Telemetry;

/// <summary>The service's own meter. Its figures are documented in docs/observability.md.</summary>
public sealed class DagMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Dag";

    private const string Other = "(other)";
    private const int MostWorkflows = 200;
    private const int LongestName = 100;
    private readonly Dictionary<string, string> _workflows = new(StringComparer.Ordinal);

    /// <summary>The meter.</summary>
    public Meter Meter { get; } = new(Name);

    /// <summary>
    /// A workflow's name as a label. Names are bounded, as everything is that grows with them: of the first 200 that this process meets each has
    /// its own, later ones share one.
    /// </summary>
    public string Label(string workflow)
    {
        lock (_workflows)
        {
            if (_workflows.TryGetValue(workflow, out var label))
            {
                return label;
            }

            return _workflows.Count < MostWorkflows
                ? _workflows[workflow] = workflow.Length <= LongestName ? workflow : string.Concat(workflow.AsSpan(0, LongestName - 1), "…")
                : Other;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    internal Histogram<double> Seconds(string name, string description, params double[] boundaries) => Meter.CreateHistogram(
        name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = boundaries });
}
