namespace Dag.Workflows.Activities;

/// <summary>Marks a property of an activity as an output, read after it has executed.</summary>
/// <param name="description">What it holds, with its unit, for people.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OutputAttribute(string description) : Attribute
{
    /// <summary>What it holds, with its unit, for people.</summary>
    public string Description { get; } = description;
}
