namespace Dag.Workflows.Activities;

/// <summary>One firing of a trigger.</summary>
/// <param name="Keys">What the firing is for, such as files with their sizes and times; each is used once.</param>
/// <param name="Outputs">The values of the trigger activity's outputs in the run that starts, by property name.</param>
public sealed record TriggerFiring(IReadOnlyList<string> Keys, IReadOnlyDictionary<string, object?> Outputs);
