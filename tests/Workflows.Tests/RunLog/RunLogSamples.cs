using System.Text;
using Dag.Workflows.RunLog;

namespace Dag.Workflows.Tests.RunLog;

/// <summary>Runs and batches for tests.</summary>
internal static class RunLogSamples
{
    public static DateTimeOffset Start { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static RunSummary Summary(string id, string status = "Running", string subStatus = "Executing") => new()
    {
        Id = id,
        DefinitionId = "nightly",
        DefinitionVersionId = "nightly-v1",
        Version = 1,
        WorkflowName = "Nightly load",
        Status = status,
        SubStatus = subStatus,
        CreatedAt = Start,
        UpdatedAt = Start,
        FinishedAt = status == "Finished" ? Start.AddMinutes(1) : null,
    };

    public static RunBatch First(string runId, string node = "a", int events = 3) => Next(runId, 1, 1, node, events);

    public static RunBatch Next(string runId, long firstSequence, long epoch = 1, string node = "a", int events = 3) => new()
    {
        RunId = runId,
        Node = node,
        Epoch = epoch,
        FirstSequence = firstSequence,
        EventCount = events,
        Events = Encoding.UTF8.GetBytes($"{runId} {firstSequence}"),
        Summary = Summary(runId),
    };

    public static RunBatch Finished(this RunBatch batch) => batch with { Summary = Summary(batch.RunId, "Finished", "Finished") };

    public static InboxMessage Message(string runId, string key, string payload = "{}") =>
        new(runId, key, "completion", Encoding.UTF8.GetBytes(payload));

    public static WorkExecutionRow Work(string runId, long id, string status = "Pending", string? error = null) => new()
    {
        RunId = runId,
        ExecutionId = id,
        ActivityId = $"activity{id}",
        NodeId = $"W:F:activity{id}",
        Type = "Dag.ConvertToParquet",
        Status = status,
        Attempts = status == "Pending" ? 0 : 1,
        StartedAt = status == "Pending" ? null : Start,
        FinishedAt = status is "Completed" or "Faulted" ? Start.AddSeconds(5) : null,
        Error = error,
    };
}
