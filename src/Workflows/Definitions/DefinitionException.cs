namespace Dag.Workflows.Definitions;

/// <summary>A definition that cannot be read, run or published; holds every fault found.</summary>
/// <param name="faults">The faults, at least one.</param>
public sealed class DefinitionException(IReadOnlyList<DefinitionFault> faults)
    : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>The faults, at least one.</summary>
    public IReadOnlyList<DefinitionFault> Faults { get; } = faults;
}
