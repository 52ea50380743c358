namespace Dag.Workflows.Definitions;

/// <summary>One thing that is wrong with a definition.</summary>
/// <param name="Place">Where: an activity's path, a member, or a line and position of the text.</param>
/// <param name="Message">What is wrong; names the thing.</param>
/// <param name="Fix">What to do about it.</param>
public sealed record DefinitionFault(string Place, string Message, string Fix)
{
    /// <summary>True when a run may start all the same, and faults only if it gets there.</summary>
    public bool AllowedInRun { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Place}: {Message} {Fix}";
}
