namespace Dag.Workflows.Graph;

/// <summary>What a fault does to its run.</summary>
internal enum IncidentStrategy
{
    /// <summary>The burst is drained, nothing new is started, and the run ends Faulted.</summary>
    Fault,

    /// <summary>The other branches go on; nothing follows the fault, and the run stays open.</summary>
    ContinueWithIncidents,
}

internal static class IncidentStrategies
{
    /// <summary>By Elsa's name of the strategy, with or without namespace and assembly; what is unknown is a fault strategy, as in Elsa.</summary>
    public static IncidentStrategy Parse(string? typeName) =>
        typeName?.Contains("ContinueWithIncidents", StringComparison.OrdinalIgnoreCase) == true
            ? IncidentStrategy.ContinueWithIncidents
            : IncidentStrategy.Fault;
}
