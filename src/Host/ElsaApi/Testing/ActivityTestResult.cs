using Dag.Host.ElsaApi.Instances;
using Dag.Workflows.Running;

namespace Dag.Host.ElsaApi.Testing;

/// <summary>What came of an activity that was run by itself, in Elsa's shape.</summary>
internal sealed record ActivityTestResult
{
    public required IReadOnlyDictionary<string, object?> ActivityState { get; init; }

    public required IReadOnlyDictionary<string, object?> Payload { get; init; }

    public required IReadOnlyDictionary<string, object?> Outputs { get; init; }

    public ExceptionItem? Exception { get; init; }

    /// <summary>Pending, Running, Completed, Canceled or Faulted; Running also when it waits for something.</summary>
    public required string Status { get; init; }

    public static ActivityTestResult Of(TracedExecution execution) => new()
    {
        ActivityState = RunValues.InputsOf(execution),
        Payload = execution.Status == TracedStatus.Completed ? new() { ["Outcomes"] = execution.Outcomes ?? ["Done"] } : new Dictionary<string, object?>(),
        Outputs = RunValues.Plain(execution.Outputs),
        Exception = execution.Incident is { } incident ? ExceptionItem.Of(incident) : null,
        Status = execution.Status.ToString(),
    };
}
