namespace Dag.Workflows.Runs;

/// <summary>Something that an activity does outside its run: decided in the burst, done once after its commit.</summary>
internal abstract record Outgoing;

/// <summary>An event is published.</summary>
internal sealed record EventPublished : Outgoing
{
    public required string Name { get; init; }

    /// <summary>What it carries.</summary>
    public object? Payload { get; init; }

    /// <summary>Only runs with this correlation id are told; null for all.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Whether only the run itself is told.</summary>
    public bool IsLocal { get; init; }
}
