using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Activities.Quality;
using Dag.Activities.Tests.Lake;
using Dag.Workflows.Activities;
using Dag.Workflows.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Activities.Tests.Quality;

/// <summary>Checks datasets made of SQL.</summary>
internal sealed class CheckFixture : IAsyncDisposable
{
    private readonly LakeFixture _lake;
    private int _executions;

    private CheckFixture(LakeFixture lake)
    {
        _lake = lake;
        Reports = new CheckReports(lake.Database);
    }

    public DataLake Lake => _lake.Lake;

    public MetadataDatabase Database => _lake.Database;

    public DuckDbEngine Engine => _lake.Engine;

    public CheckReports Reports { get; }

    public Dag.Tests.FakeTimeProvider Clock => _lake.Clock;

    public List<WorkProgress> Progress { get; } = [];

    public static async Task<CheckFixture> CreateAsync()
    {
        var fixture = new CheckFixture(await LakeFixture.CreateAsync());
        await fixture._lake.Database.MigrateAsync([CheckReports.Migrations], CancellationToken.None);
        return fixture;
    }

    /// <summary>A version whose rows a SELECT makes; appended as a file of its own, if wanted.</summary>
    public Task<DatasetVersion> PublishAsync(string dataset, string select, bool append = false) => _lake.PublishRowsAsync(dataset, select, append);

    public CheckDataset Activity(string dataset, object expectations, Action<CheckDataset>? configure = null)
    {
        var checker = new DatasetChecker(Lake, Engine, Reports, Clock);
        var activity = new CheckDataset(checker, Clock, NullLogger<CheckDataset>.Instance)
        {
            Dataset = DatasetReference.Parse(dataset),
            Expectations = expectations,
        };
        configure?.Invoke(activity);
        return activity;
    }

    /// <summary>Checks, and gives the activity with its outputs.</summary>
    public async Task<CheckDataset> CheckAsync(string dataset, object expectations, Action<CheckDataset>? configure = null, string? key = null)
    {
        var activity = Activity(dataset, expectations, configure);
        var context = Context(key);
        await activity.ExecuteAsync(context, CancellationToken.None);
        Assert.Equal([activity.Outcome!], context.Outcomes);
        return activity;
    }

    /// <summary>Checks one expectation, and gives its result.</summary>
    public async Task<CheckResult> CheckOneAsync(string dataset, string expectation) =>
        Assert.Single((await CheckAsync(dataset, $"[{expectation}]")).Results);

    /// <summary>What is wrong with expectations, or does not suit the dataset.</summary>
    public async Task<string> FaultAsync(string dataset, string expectations)
    {
        var fault = await Assert.ThrowsAsync<ActivityException>(() => CheckAsync(dataset, expectations));
        Assert.False(fault.Retryable);
        return fault.Message;
    }

    public object? Query(string select, DatasetReference dataset) =>
        _lake.Query(select, Lake.GetAsync(dataset, CancellationToken.None).GetAwaiter().GetResult());

    public WorkContext Context(string? key = null)
    {
        var execution = ++_executions;
        return new WorkContext
        {
            RunId = "run-1",
            WorkflowName = "import",
            ActivityId = "check",
            ExecutionId = execution,
            Attempt = 1,
            IdempotencyKey = key ?? $"key-{execution}",
            ProgressSink = progress =>
            {
                lock (Progress)
                {
                    Progress.Add(progress);
                }
            },
        };
    }

    public ValueTask DisposeAsync() => _lake.DisposeAsync();
}
