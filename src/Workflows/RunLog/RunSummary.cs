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

    /// <summary>The run that started it; null when none did.</summary>
    public string? ParentRunId { get; init; }

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

    /// <summary>Only runs of the version with this id.</summary>
    public string? DefinitionVersionId { get; init; }

    /// <summary>Only runs of versions with this number.</summary>
    public int? Version { get; init; }

    /// <summary>Only runs with exactly this correlation id.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Only runs that this run started.</summary>
    public string? ParentRunId { get; init; }

    /// <summary>Only runs with incidents, or only those without; null means both.</summary>
    public bool? HasIncidents { get; init; }

    /// <summary>Only runs whose times fulfil all of these.</summary>
    public IReadOnlyList<RunTimeFilter> Times { get; init; } = [];

    /// <summary>In which order; default by the time of creation.</summary>
    public RunOrder OrderBy { get; init; }

    /// <summary>True, the default, for the newest or last first.</summary>
    public bool Descending { get; init; } = true;

    /// <summary>How many to leave out.</summary>
    public int Skip { get; init; }

    /// <summary>How many to return at the most; default 50.</summary>
    public int Take { get; init; } = 50;
}

/// <summary>A bound for a time of runs.</summary>
/// <param name="Time">Which time.</param>
/// <param name="Comparison">How it is compared.</param>
/// <param name="Bound">With what.</param>
public sealed record RunTimeFilter(RunTime Time, TimeComparison Comparison, DateTimeOffset Bound);

/// <summary>The times of a run.</summary>
public enum RunTime
{
    /// <summary>When it was created.</summary>
    CreatedAt,

    /// <summary>When it last moved on.</summary>
    UpdatedAt,

    /// <summary>When it finished; runs that have not are left out.</summary>
    FinishedAt,
}

/// <summary>How a time is compared with a bound.</summary>
public enum TimeComparison
{
    /// <summary>At that time.</summary>
    Is,

    /// <summary>At another time.</summary>
    IsNot,

    /// <summary>Later.</summary>
    After,

    /// <summary>Then or later.</summary>
    NotBefore,

    /// <summary>Earlier.</summary>
    Before,

    /// <summary>Then or earlier.</summary>
    NotAfter,
}

/// <summary>The orders of a list of runs.</summary>
public enum RunOrder
{
    /// <summary>By the time of creation.</summary>
    CreatedAt,

    /// <summary>By the time of the last change.</summary>
    UpdatedAt,

    /// <summary>By the time of the end; those that have not ended come as if they ended at the beginning of time.</summary>
    FinishedAt,

    /// <summary>By name, in any case; those without a name by the workflow's.</summary>
    Name,
}

/// <summary>A page of runs.</summary>
public sealed record RunPage(IReadOnlyList<RunSummary> Runs, long TotalCount);
