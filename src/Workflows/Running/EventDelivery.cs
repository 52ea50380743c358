namespace Dag.Workflows.Running;

/// <summary>What an event did.</summary>
/// <param name="Told">How many waits it answered.</param>
/// <param name="Started">How many workflows it starts.</param>
public readonly record struct EventDelivery(int Told, int Started);
