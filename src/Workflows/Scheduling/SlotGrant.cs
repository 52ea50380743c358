namespace Dag.Workflows.Scheduling;

/// <summary>Slots that a run was granted; to be answered once, by <see cref="WorkDispatcher.Answer"/>.</summary>
internal sealed class SlotGrant
{
    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>How many slots; one or more.</summary>
    public required int Count { get; init; }

    /// <summary>The run has said what it does with them.</summary>
    internal bool IsAnswered { get; set; }
}
