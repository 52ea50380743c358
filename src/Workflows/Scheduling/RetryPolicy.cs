using System.Text.Json;
namespace Dag.Workflows.Scheduling;

internal sealed record RetryPolicy
{
    public static readonly RetryPolicy None = new();
    public int MaxAttempts { get; init; } = 1;
    public TimeSpan NextDelay(int attempt, string runId, long executionId) => TimeSpan.Zero;
    public static RetryPolicy? Parse(JsonElement json, List<string> faults) => None;
}
