namespace Dag.Workflows.Scheduling;

/// <summary>What the slots of this node are doing.</summary>
/// <param name="Slots">How many there are.</param>
/// <param name="Busy">Occupied by works.</param>
/// <param name="Granted">Promised to runs that are recording the start.</param>
/// <param name="Waiting">Works that wait for a slot.</param>
internal readonly record struct WorkLoad(int Slots, int Busy, int Granted, int Waiting);
