namespace Dag.Workflows.RunLog;

/// <summary>A run that keeps another one from starting.</summary>
/// <param name="Run">The run.</param>
/// <param name="NextTimer">When its first timer is due; null when it has none.</param>
/// <param name="Stimuli">What it waits for; empty when it waits for nothing outside.</param>
internal sealed record RunBlocker(RunSummary Run, DateTimeOffset? NextTimer, IReadOnlyList<string> Stimuli);
