namespace Dag.Workflows.Activities;

/// <summary>How far an attempt is.</summary>
/// <param name="Fraction">The share done, 0 to 1; null when it cannot be known.</param>
/// <param name="Message">What it is doing or what it did, in figures, such as <c>20,000 rows, 1.2 MB</c>.</param>
public readonly record struct WorkProgress(double? Fraction, string? Message);
