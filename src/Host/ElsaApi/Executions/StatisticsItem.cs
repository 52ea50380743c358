using Dag.Workflows.Running;

namespace Dag.Host.ElsaApi.Executions;

/// <summary>What the executions of one activity come to, in Elsa's shape: the badges on the canvas.</summary>
internal sealed record StatisticsItem
{
    public required string ActivityId { get; init; }

    public required string ActivityNodeId { get; init; }

    public required int StartedCount { get; init; }

    public required int CompletedCount { get; init; }

    public required int UncompletedCount { get; init; }

    /// <summary>Whether it waits for something outside.</summary>
    public required bool IsBlocked { get; init; }

    public required bool IsFaulted { get; init; }

    public IReadOnlyDictionary<string, object> Metadata { get; init; } = new Dictionary<string, object>();

    public static StatisticsItem Of(NodeStatistics statistics) => new()
    {
        ActivityId = statistics.Node.Id,
        ActivityNodeId = statistics.Node.NodeId,
        StartedCount = statistics.Started,
        CompletedCount = statistics.Completed,
        UncompletedCount = statistics.Started - statistics.Completed - statistics.Faulted - statistics.Canceled,
        IsBlocked = statistics.Waiting > 0,
        IsFaulted = statistics.Faulted > 0,
    };
}
