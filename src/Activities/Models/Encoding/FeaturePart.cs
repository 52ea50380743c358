namespace Dag.Activities.Models;

/// <summary>One number made of a column.</summary>
/// <param name="Part">Which number.</param>
/// <param name="Fill">The median of the training rows, taken where the value is missing by models that need one.</param>
internal sealed record FeaturePart(DatePart Part, double Fill);
