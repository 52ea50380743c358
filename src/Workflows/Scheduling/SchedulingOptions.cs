namespace Dag.Workflows.Scheduling;

/// <summary>How much this node does at once.</summary>
internal sealed record SchedulingOptions
{
    /// <summary>
    /// How many works run at once. Default: eight for each processor, at least 64; most works wait for something outside, and what
    /// needs processors or memory is limited by a pool of its own.
    /// </summary>
    public int WorkSlots { get; init; } = Math.Max(64, 8 * Environment.ProcessorCount);

    /// <summary>How many alarms are handled at once, besides the works. Default 16.</summary>
    public int AlarmSlots { get; init; } = 16;

    /// <summary>What is wrong with the options.</summary>
    public IEnumerable<string> Faults()
    {
        if (WorkSlots < 1)
            yield return $"WorkSlots is {WorkSlots}: write 1 or more";
        if (AlarmSlots < 1)
            yield return $"AlarmSlots is {AlarmSlots}: write 1 or more";
    }
}
