namespace Dag.Workflows.Scheduling;

/// <summary>One attempt to be executed.</summary>
internal sealed record WorkItem
{
    /// <summary>Names the work within its run, such as the execution and its attempt; what <see cref="WorkDispatcher.Cancel(string, string)"/> takes.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// The work. It is called exactly once, on a thread of the pool, also when it is to stop before it began: then with a slot whose token
    /// is cancelled. It should not throw; the slot is freed when its task ends, however it ends.
    /// </summary>
    public required Func<WorkSlot, Task> Execute { get; init; }

    /// <summary>After how long the work is told to stop; null is never.</summary>
    public TimeSpan? Timeout { get; init; }
}
