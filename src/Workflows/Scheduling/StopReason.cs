namespace Dag.Workflows.Scheduling;

/// <summary>Why a work was told to stop.</summary>
internal enum StopReason
{
    /// <summary>Its run, or it alone, was cancelled.</summary>
    Cancelled,

    /// <summary>It took longer than its timeout.</summary>
    TimedOut,

    /// <summary>The service stops; the attempt is to be handed back without counting.</summary>
    Draining,
}
