using System.Globalization;
using Dag.Workflows.RunLog;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dag.Host.ElsaApi.Instances;

/// <summary>Which runs to list, as Elsa's clients ask.</summary>
internal record InstanceListBody
{
    private const int LongestPage = 1000;

    /// <summary>The page, from 0.</summary>
    public int? Page { get; init; }

    public int? PageSize { get; init; }

    public string? SearchTerm { get; init; }

    public string? DefinitionId { get; init; }

    public string?[]? DefinitionIds { get; init; }

    public string? DefinitionVersionId { get; init; }

    public string? CorrelationId { get; init; }

    public int? Version { get; init; }

    public bool? HasIncidents { get; init; }

    public bool? IsSystem { get; init; }

    public InstanceStatus? Status { get; init; }

    public InstanceStatus[]? Statuses { get; init; }

    public InstanceSubStatus? SubStatus { get; init; }

    public InstanceSubStatus[]? SubStatuses { get; init; }

    public InstanceOrder? OrderBy { get; init; }

    public InstanceDirection? OrderDirection { get; init; }

    public InstanceTimeFilter?[]? TimestampFilters { get; init; }

    /// <summary>What is wrong; null when nothing is.</summary>
    public ValidationProblem? Problem()
    {
        var faults = new Dictionary<string, string[]>();
        if (Page is < 0)
        {
            faults["page"] = ["The page must be 0 or more."];
        }

        if (PageSize is < 1 or > LongestPage)
        {
            faults["pageSize"] = [$"The size of a page must be from 1 to {LongestPage}."];
        }

        if (DefinitionIds?.Contains(null) == true)
        {
            faults["definitionIds"] = ["The ids must be texts."];
        }

        string[] times = [.. (TimestampFilters ?? []).Select(t => t is null ? "A filter is null." : t.Fault).OfType<string>()];
        if (times.Length > 0)
        {
            faults["timestampFilters"] = times;
        }

        return faults.Count == 0 ? null : TypedResults.ValidationProblem(faults, title: "The request has values that cannot be used.");
    }

    /// <summary>The filter.</summary>
    public RunFilter ToFilter()
    {
        var statuses = (Statuses ?? []).Concat(Status is { } one ? [one] : []).Distinct().ToArray();
        var subStatuses = (SubStatuses ?? []).Concat(SubStatus is { } sub ? [sub] : []).Select(s => s.ToString()).Distinct();
        var take = PageSize ?? LongestPage;
        return new RunFilter
        {
            DefinitionIds = [.. (DefinitionIds ?? []).OfType<string>().Concat(DefinitionId is { Length: > 0 } id ? [id] : []).Distinct()],
            DefinitionVersionId = DefinitionVersionId is { Length: > 0 } ? DefinitionVersionId : null,
            CorrelationId = CorrelationId is { Length: > 0 } ? CorrelationId : null,
            Version = Version,
            HasIncidents = HasIncidents,
            // There are two: both is no condition.
            Status = statuses is [var status] ? status.ToString() : null,
            SubStatuses = [.. subStatuses],
            Search = SearchTerm,
            OrderBy = OrderBy switch { InstanceOrder.LastExecuted => RunOrder.UpdatedAt, InstanceOrder.Finished => RunOrder.FinishedAt, InstanceOrder.Name => RunOrder.Name, _ => RunOrder.CreatedAt },
            Descending = OrderDirection != InstanceDirection.Ascending,
            Times = [.. (TimestampFilters ?? []).OfType<InstanceTimeFilter>().Select(t => t.ToFilter())],
            Skip = (int)Math.Min((long)(Page ?? 0) * take, int.MaxValue),
            // There are no runs of the system's own.
            Take = IsSystem == true ? 0 : take,
        };
    }
}

/// <summary>A bound for a time, as Elsa's clients write it.</summary>
/// <param name="Column">CreatedAt, UpdatedAt or FinishedAt.</param>
/// <param name="Operator">Is, IsNot, GreaterThan, GreaterThanOrEqual, LessThan or LessThanOrEqual.</param>
/// <param name="Timestamp">The bound.</param>
internal sealed record InstanceTimeFilter(string? Column, string? Operator, string? Timestamp)
{
    private static readonly Dictionary<string, TimeComparison> Operators = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Is"] = TimeComparison.Is,
        ["IsNot"] = TimeComparison.IsNot,
        ["GreaterThan"] = TimeComparison.After,
        ["GreaterThanOrEqual"] = TimeComparison.NotBefore,
        ["LessThan"] = TimeComparison.Before,
        ["LessThanOrEqual"] = TimeComparison.NotAfter,
    };

    /// <summary>What is wrong; null when nothing is.</summary>
    public string? Fault =>
        !Enum.TryParse<RunTime>(Column, ignoreCase: true, out var time) || !Enum.IsDefined(time) ? $"'{Column}' is none of {string.Join(", ", Enum.GetNames<RunTime>())}."
        : !Operators.ContainsKey(Operator ?? "") ? $"'{Operator}' is none of {string.Join(", ", Operators.Keys)}."
        : !TryBound(out _) ? $"'{Timestamp}' is no point in time: write it as 2026-11-20T10:00:00Z."
        : null;

    public RunTimeFilter ToFilter()
    {
        TryBound(out var bound);
        return new RunTimeFilter(Enum.Parse<RunTime>(Column!, ignoreCase: true), Operators[Operator!], bound);
    }

    private bool TryBound(out DateTimeOffset bound) =>
        DateTimeOffset.TryParse(Timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out bound);
}

/// <summary>How a run stands.</summary>
internal enum InstanceStatus
{
    Running,
    Finished,
}

/// <summary>How a run stands, more closely.</summary>
internal enum InstanceSubStatus
{
    Pending,
    Executing,
    Suspended,
    Finished,
    Cancelled,
    Faulted,
    Interrupted,
}

/// <summary>The orders that Elsa's clients ask for.</summary>
internal enum InstanceOrder
{
    Created,
    LastExecuted,
    Finished,
    Name,
}

/// <summary>The direction of an order.</summary>
internal enum InstanceDirection
{
    Ascending,
    Descending,
}
