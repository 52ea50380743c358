using Dag.Workflows.Flowcharts;
using Dag.Workflows.Scheduling;

namespace Dag.Workflows.Graph;

/// <summary>How a work activity is attempted, and when an activity runs; from <c>customProperties</c>: <c>retries</c>, <c>timeout</c>, <c>runWhen</c>.</summary>
internal sealed record WorkSettings
{
    public static readonly WorkSettings Default = new();

    public RetryPolicy Retries { get; init; } = RetryPolicy.None;

    /// <summary>How long one attempt may take; null means for ever.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>When it runs, by its inbound connections; read of every activity, honoured under Dag.Propagate.</summary>
    public RunWhen RunWhen { get; init; }
}
