namespace Dag.Workflows.Definitions;

/// <summary>A definition that cannot be read, run or published; holds every fault found.</summary>
/// <param name="faults">The faults, at least one.</param>
public sealed class DefinitionException(IReadOnlyList<DefinitionFault> faults)
    : Exception(Describe(faults))
{
    private const int MostTold = 100;

    /// <summary>The faults, at least one.</summary>
    public IReadOnlyList<DefinitionFault> Faults { get; } = faults;

    private static string Describe(IReadOnlyList<DefinitionFault> faults) =>
        string.Join(Environment.NewLine, faults.Take(MostTold))
        + (faults.Count > MostTold ? $"{Environment.NewLine}and {faults.Count - MostTold:N0} more." : "");
}
