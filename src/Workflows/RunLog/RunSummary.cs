namespace Dag.Workflows.RunLog;

/// <summary>A run in a list.</summary>
public sealed record RunSummary
{
    /// <summary>The run's id.</summary>
    public required string Id { get; init; }

    /// <summary>The workflow's id.</summary>
    public required string DefinitionId { get; init; }

    /// <summary>The id of the version that runs.</summary>
    public required string DefinitionVersionId { get; init; }

    /// <summary>The number of the version that runs.</summary>
    public required int Version { get; init; }

    /// <summary>The workflow's name at the start.</summary>
    public required string WorkflowName { get; init; }

    /// <summary>The run's own name, if it was given one.</summary>
    public string? Name { get; init; }

    /// <summary>The correlation id, if it was given one.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Running or Finished.</summary>
    public required string Status { get; init; }

    /// <summary>Pending, Executing, Suspended, Finished, Cancelled or Faulted.</summary>
    public required string SubStatus { get; init; }

    /// <summary>How many incidents it has.</summary>
    public int IncidentCount { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its last batch was stored.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it finished.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>What to list.</summary>
public sealed record RunFilter
{
    /// <summary>Only runs of these workflows; empty means all.</summary>
    public IReadOnlyList<string> DefinitionIds { get; init; } = [];

    /// <summary>Only this status.</summary>
    public string? Status { get; init; }

    /// <summary>Only these sub-statuses; empty means all.</summary>
    public IReadOnlyList<string> SubStatuses { get; init; } = [];

    /// <summary>Only runs whose id, name, workflow name or correlation id contains this, in any case.</summary>
    public string? Search { get; init; }

    /// <summary>How many to leave out.</summary>
    public int Skip { get; init; }

    /// <summary>How many to return at the most; default 50.</summary>
    public int Take { get; init; } = 50;
}

/// <summary>A page of runs.</summary>
public sealed record RunPage(IReadOnlyList<RunSummary> Runs, long TotalCount);
