using Dag.Workflows.Definitions;
using Dag.Workflows.Publishing;
using Dag.Workflows.Running;
using Dag.Workflows.Storage;
using Dag.Workflows.Tests.Triggers;
using Dag.Workflows.Triggers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Workflows.Tests.Running;

/// <summary>A whole engine on a SQLite database in a folder, as the service composes it.</summary>
internal sealed class TestEngine : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private TestEngine(ServiceProvider services, WorkJournal journal)
    {
        _services = services;
        Journal = journal;
    }

    public WorkJournal Journal { get; }

    public TriggerJournal TriggerJournal => _services.GetRequiredService<TriggerJournal>();

    public DagEngine Engine => _services.GetRequiredService<DagEngine>();

    public WorkflowPublisher Publisher => _services.GetRequiredService<WorkflowPublisher>();

    public RunRemoval Removal => _services.GetRequiredService<RunRemoval>();

    public TriggerHost Triggers => _services.GetRequiredService<TriggerHost>();

    public static async Task<TestEngine> StartAsync(string folder, WorkJournal? journal = null, EngineOptions? options = null, TimeProvider? clock = null)
    {
        journal ??= new WorkJournal();
        var services = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddSingleton(clock ?? TimeProvider.System)
            .AddDagStorage(new StorageOptions { DataFolder = folder })
            .AddDagEngine(options ?? new EngineOptions { Node = "test" })
            .AddActivity<FakeWork>()
            .AddActivity<FakeTrigger>()
            .AddSingleton(journal)
            .AddSingleton<TriggerJournal>()
            .BuildServiceProvider();
        await services.GetRequiredService<MetadataDatabase>().MigrateAsync([.. services.GetServices<MigrationSource>()], CancellationToken.None);
        var engine = new TestEngine(services, journal);
        await engine.Engine.StartAsync(CancellationToken.None);
        await engine.Triggers.StartAsync(CancellationToken.None);
        return engine;
    }

    /// <summary>Starts a run and waits until it is over, or until nothing moves it any more.</summary>
    public async Task<RunReport> RunAsync(string json, IReadOnlyDictionary<string, object?>? input = null)
    {
        var settled = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = Engine.Feed.Listen(notice =>
        {
            if (notice is RunChanged { Settled: true } changed && (changed.Run.FinishedAt is not null || !changed.CanWake))
            {
                settled.TrySetResult(changed.Run.Id);
            }
        });
        var id = await Engine.StartRunAsync(
            new StartRequest { Definition = DefinitionReader.Read(json), Input = input ?? new Dictionary<string, object?>() }, CancellationToken.None);
        await settled.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        return (await Engine.ReportAsync(id!, CancellationToken.None))!;
    }

    public RunRemoval RemovalWith(TimeSpan patience) =>
        new(Engine, _services.GetRequiredService<Dag.Workflows.RunLog.IRunLog>(), _services.GetRequiredService<TimeProvider>()) { Patience = patience };

    public async ValueTask DisposeAsync()
    {
        await Triggers.DisposeAsync();
        await Engine.DrainAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
