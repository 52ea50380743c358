namespace Dag.Activities.Models;

/// <summary>A column that the model does not use.</summary>
/// <param name="Name">The column.</param>
/// <param name="Reason">Why, in a few words.</param>
public sealed record DroppedColumn(string Name, string Reason);
