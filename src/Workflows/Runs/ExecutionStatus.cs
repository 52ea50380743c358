namespace Dag.Workflows.Runs;

/// <summary>Where an activity execution stands. Only open ones are in a run's state.</summary>
internal enum ExecutionStatus : byte
{
    /// <summary>Queued: it has not begun.</summary>
    Pending,

    /// <summary>A container with open children, or one that never completes.</summary>
    Running,

    /// <summary>Holds a bookmark.</summary>
    Waiting,

    /// <summary>Work that waits for a slot.</summary>
    WorkQueued,

    /// <summary>Work with an attempt in flight.</summary>
    WorkRunning,

    /// <summary>Work that waits for its next attempt.</summary>
    RetryWaiting,

    /// <summary>Faulted, and kept because nothing may follow it.</summary>
    Faulted,

    /// <summary>Completed or cancelled; no longer in the state.</summary>
    Closed,
}
