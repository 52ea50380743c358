namespace Dag.Workflows.Graph;

/// <summary>What a fault does to its run.</summary>
internal enum IncidentStrategy
{
    /// <summary>The burst is drained, nothing new is started, and the run ends Faulted.</summary>
    Fault,

    /// <summary>The other branches go on; nothing follows the fault, and the run stays open.</summary>
    ContinueWithIncidents,

    /// <summary>
    /// The other branches go on; connections behind the fault are failed, each activity's <c>runWhen</c> says what that means for it, and the
    /// run ends Faulted if a failure has reached the end of a path.
    /// </summary>
    Propagate,
}

/// <summary>Names of incident strategies, as they stand in a definition's <c>options.incidentStrategyType</c>.</summary>
public static class IncidentStrategies
{
    /// <summary>Failures go along the connections. For definitions that are made here; Elsa does not know it.</summary>
    public const string Propagate = "Dag.Propagate";

    /// <summary>By the strategy's name, Elsa's with or without namespace and assembly; what is unknown is a fault strategy, as in Elsa.</summary>
    internal static IncidentStrategy Parse(string? typeName) => typeName switch
    {
        null => IncidentStrategy.Fault,
        _ when typeName.Contains("ContinueWithIncidents", StringComparison.OrdinalIgnoreCase) => IncidentStrategy.ContinueWithIncidents,
        _ when typeName.Contains(Propagate, StringComparison.OrdinalIgnoreCase) => IncidentStrategy.Propagate,
        _ => IncidentStrategy.Fault,
    };
}
