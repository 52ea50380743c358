namespace Dag.Workflows.Running;

/// <summary>How runs are executed on this node.</summary>
public sealed record EngineOptions
{
    /// <summary>The node's name in leases; the process of a name takes over what its predecessor held. Default: the machine's name.</summary>
    public string Node { get; init; } = Environment.MachineName;

    /// <summary>How long a lease on a run lasts without being renewed. Default 30 seconds.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many events a burst decides before they are stored. Default 1,000.</summary>
    public int EventsPerBatch { get; init; } = 1000;

    /// <summary>
    /// After how many events a run's state is kept as a snapshot, so that it is loaded without its whole history; after more when more of its
    /// executions are open. Default 10,000.
    /// </summary>
    public int EventsPerSnapshot { get; init; } = 10_000;

    /// <summary>How long work may go on when the service stops, before it is handed back. Default 20 seconds.</summary>
    public TimeSpan DrainPatience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Fires all timers of runs at once, to try a workflow out. Default false.</summary>
    public bool SkipTimers { get; init; }

    /// <summary>How many attempts run at once on this node; 0 means the scheduler's default. Default 0.</summary>
    public int WorkSlots { get; init; }
}
