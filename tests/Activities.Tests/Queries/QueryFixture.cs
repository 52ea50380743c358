using Dag.Activities.Queries;
using Dag.Activities.Tests.Lake;
using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Activities.Tests.Queries;

/// <summary>Asks datasets made of SQL.</summary>
internal sealed class QueryFixture : IAsyncDisposable
{
    private int _executions;

    private QueryFixture(LakeFixture lake) => Lake = lake;

    public LakeFixture Lake { get; }

    public static async Task<QueryFixture> CreateAsync() => new(await LakeFixture.CreateAsync());

    public async Task<QueryDataset> QueryAsync(
        string sql, Action<QueryDataset>? configure = null, string? key = null, CancellationToken cancellationToken = default)
    {
        var activity = new QueryDataset(new DatasetQuery(Lake.Lake, Lake.Engine), Lake.Clock, NullLogger<QueryDataset>.Instance) { Sql = sql };
        configure?.Invoke(activity);
        await activity.ExecuteAsync(Context(key), cancellationToken);
        return activity;
    }

    public async Task<string> FaultAsync(string sql, Action<QueryDataset>? configure = null)
    {
        var fault = await Assert.ThrowsAsync<ActivityException>(() => QueryAsync(sql, configure));
        Assert.False(fault.Retryable);
        return fault.Message;
    }

    public ValueTask DisposeAsync() => Lake.DisposeAsync();

    private WorkContext Context(string? key)
    {
        var execution = ++_executions;
        return new WorkContext
        {
            RunId = "run-1",
            WorkflowName = "report",
            ActivityId = "query",
            ExecutionId = execution,
            Attempt = 1,
            IdempotencyKey = key ?? $"key-{execution}",
        };
    }
}
