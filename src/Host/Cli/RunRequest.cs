using Dag.Workflows.Flowcharts;

namespace Dag.Host.Cli;

/// <summary>What <c>dag run</c> was asked to do.</summary>
internal sealed record RunRequest
{
    /// <summary>The workflow to run first, then those that it uses.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Values for its inputs, as text.</summary>
    public required IReadOnlyDictionary<string, string> Inputs { get; init; }

    /// <summary>Events that answer it, in order.</summary>
    public required IReadOnlyList<(string Name, object? Payload)> Events { get; init; }

    /// <summary>Whether one JSON object is all that is printed.</summary>
    public bool Json { get; init; }

    /// <summary>Whether timers fire at once.</summary>
    public bool SkipTimers { get; init; }

    /// <summary>How flowcharts decide where branches meet.</summary>
    public FlowchartMode Mode { get; init; }

    /// <summary>The data folder; null for a temporary one.</summary>
    public string? DataFolder { get; init; }
}
