using System.Collections.Concurrent;
using Dag.Workflows.Definitions;
using Dag.Workflows.Running;
using Dag.Workflows.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Benchmarks;

/// <summary>A whole engine on SQLite (synchronous FULL) in a folder of its own, as the service composes it.</summary>
internal sealed class BenchEngine : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _ends = new();
    private readonly string _folder;
    private readonly bool _keepsFolder;
    private readonly ServiceProvider _services;
    private readonly IDisposable _subscription;

    private BenchEngine(int workSlots, string? folder)
    {
        _folder = folder ?? Directory.CreateTempSubdirectory("dag-bench-").FullName;
        _keepsFolder = folder is not null;
        _services = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddDagStorage(new StorageOptions { DataFolder = _folder })
            .AddDagEngine(new EngineOptions { Node = "bench", WorkSlots = workSlots })
            .AddActivity<NoOp>()
            .AddActivity<Spawn>()
            .BuildServiceProvider();
        _subscription = Engine.Feed.Listen(notice =>
        {
            if (notice is RunChanged { Run.FinishedAt: not null })
            {
                End(notice.Run.Id).TrySetResult(notice.Run.SubStatus);
            }
        });
    }

    public DagEngine Engine => _services.GetRequiredService<DagEngine>();

    public RunTraces Traces => _services.GetRequiredService<RunTraces>();

    /// <param name="workSlots">How many works run at once; 0 is the service's default.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <param name="folder">Where its database lies and stays; null for a folder that goes with it.</param>
    /// <param name="beforeStart">What to do with the engine before it goes on with what is stored.</param>
    public static async Task<BenchEngine> StartAsync(
        int workSlots, CancellationToken cancellationToken, string? folder = null, Action<DagEngine>? beforeStart = null)
    {
        var engine = new BenchEngine(workSlots, folder);
        await engine._services.GetRequiredService<MetadataDatabase>()
            .MigrateAsync([.. engine._services.GetServices<MigrationSource>()], cancellationToken);
        beforeStart?.Invoke(engine.Engine);
        await engine.Engine.StartAsync(cancellationToken);
        return engine;
    }

    /// <summary>Starts so many runs at once and waits for the end of all.</summary>
    public Task RunAsync(WorkflowDefinition definition, int runs, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, runs).Select(_ => RunAsync(definition, cancellationToken)));

    /// <summary>Starts a run, which comes to rest.</summary>
    public async Task StartAsync(WorkflowDefinition definition, CancellationToken cancellationToken) =>
        await Engine.StartRunAsync(new StartRequest { Definition = definition }, cancellationToken);

    /// <summary>Publishes an event and waits until so many runs have ended.</summary>
    public async Task WakeAsync(string name, int runs, CancellationToken cancellationToken)
    {
        var ended = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = Engine.Feed.Listen(notice =>
        {
            if (notice is RunChanged { Run.FinishedAt: not null } && Interlocked.Increment(ref ended) == runs)
            {
                all.TrySetResult();
            }
        });
        await Engine.PublishEventAsync(name, null, null, cancellationToken);
        await all.Task.WaitAsync(cancellationToken);
        _ends.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        _subscription.Dispose();
        await Engine.DrainAsync(CancellationToken.None);
        await _services.DisposeAsync();
        if (!_keepsFolder)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task RunAsync(WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        var id = await Engine.StartRunAsync(new StartRequest { Definition = definition }, cancellationToken);
        var status = await End(id!).Task.WaitAsync(cancellationToken);
        _ends.TryRemove(id!, out _);
        if (status != "Finished")
        {
            throw new InvalidOperationException($"A run of the benchmark ended {status}.");
        }
    }

    private TaskCompletionSource<string> End(string runId) =>
        _ends.GetOrAdd(runId, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
