namespace Dag.Workflows.RunLog;

/// <summary>A run that a node has taken.</summary>
/// <param name="Epoch">The lease's number, which every append names.</param>
/// <param name="LastSequence">How many events the run has.</param>
internal readonly record struct RunLease(long Epoch, long LastSequence);
