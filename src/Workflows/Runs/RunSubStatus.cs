namespace Dag.Workflows.Runs;

/// <summary>How a run stands, in Elsa's names. The first three are Running, the others Finished.</summary>
public enum RunSubStatus
{
    /// <summary>Created, not begun.</summary>
    Pending,

    /// <summary>Something runs, or work is queued or in flight.</summary>
    Executing,

    /// <summary>Only bookmarks are left, or nothing that moves.</summary>
    Suspended,

    /// <summary>Done.</summary>
    Finished,

    /// <summary>Cancelled.</summary>
    Cancelled,

    /// <summary>Faulted.</summary>
    Faulted,
}
