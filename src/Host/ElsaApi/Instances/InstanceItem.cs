using Dag.Workflows.RunLog;

namespace Dag.Host.ElsaApi.Instances;

/// <summary>A run in Elsa's shape.</summary>
internal record InstanceItem
{
    public required string Id { get; init; }

    public required string DefinitionId { get; init; }

    public required string DefinitionVersionId { get; init; }

    public required int Version { get; init; }

    /// <summary>Running or Finished.</summary>
    public required string Status { get; init; }

    /// <summary>Pending, Executing, Suspended, Finished, Cancelled or Faulted.</summary>
    public required string SubStatus { get; init; }

    public string? CorrelationId { get; init; }

    public string? Name { get; init; }

    public required int IncidentCount { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public static InstanceItem Of(RunSummary run) => new()
    {
        Id = run.Id,
        DefinitionId = run.DefinitionId,
        DefinitionVersionId = run.DefinitionVersionId,
        Version = run.Version,
        Status = run.Status,
        SubStatus = run.SubStatus,
        CorrelationId = run.CorrelationId,
        Name = run.Name,
        IncidentCount = run.IncidentCount,
        CreatedAt = run.CreatedAt,
        UpdatedAt = run.UpdatedAt,
        FinishedAt = run.FinishedAt,
    };
}
