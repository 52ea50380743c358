using Dag.Workflows.Scheduling;

namespace Dag.Workflows.Graph;

/// <summary>How a work activity is attempted; from <c>customProperties</c>: <c>retries</c>, <c>timeout</c>, <c>runWhen</c>.</summary>
internal sealed record WorkSettings
{
    public static readonly WorkSettings Default = new();

    public RetryPolicy Retries { get; init; } = RetryPolicy.None;

    /// <summary>How long one attempt may take; null means for ever.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>When it runs, by its inbound edges; read now so that histories know it, honoured by Dag.Propagate.</summary>
    public string? RunWhen { get; init; }
}
