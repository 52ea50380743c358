using System.Diagnostics.CodeAnalysis;
using Dag.Workflows.Definitions;
using Dag.Workflows.Publishing;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Dag.Workflows.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Tests.Kill;

/// <summary>The process that is killed: the engine composed as the service composes it, with fake work.</summary>
[ExcludeFromCodeCoverage]
internal static class KillService
{
    public const string Verb = "kill-service";

    /// <summary>What it prints once it is in full swing: what its predecessor lost has had its chance to complete.</summary>
    public const string Up = "up";

    private const int Slots = 6;

    public static ServiceProvider Compose(KillOptions options, AppendedLines? effects) => new ServiceCollection()
        .AddSingleton<ILoggerFactory, ErrorLog>()
        .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
        .AddDagStorage(new StorageOptions { DataFolder = options.Folder, ConnectionString = options.Connection })
        .AddDagEngine(new EngineOptions { Node = "killed", WorkSlots = Slots, EventsPerBatch = 40, EventsPerSnapshot = 100 })
        .AddActivity<KillWork>()
        .AddSingleton(_ => effects ?? new AppendedLines(options.EffectsFile))
        .BuildServiceProvider();

    /// <summary>Waits for its turn, a line of input, so that its start costs no time between two kills.</summary>
    public static async Task<int> RunAsync(KillOptions options)
    {
        if (await Console.In.ReadLineAsync() is null)
        {
            return 0;
        }

        using var effects = new AppendedLines(options.EffectsFile);
        using var starts = new AppendedLines(options.StartsFile);
        await using var services = Compose(options, effects);
        using var moved = new SemaphoreSlim(0);
        var completed = 0;
        using var subscription = services.GetRequiredService<RunFeed>().Listen(notice =>
        {
            if (notice is RunChanged { Run.FinishedAt: not null })
            {
                moved.Release();
            }
            else if (notice is WorkChanged { Work.Status: "Completed" } && Interlocked.Increment(ref completed) == 2 * Slots)
            {
                Console.Out.WriteLine(Up);
            }
        });
        await services.GetRequiredService<MetadataDatabase>().MigrateAsync([.. services.GetServices<MigrationSource>()], CancellationToken.None);
        var engine = services.GetRequiredService<DagEngine>();
        await engine.StartAsync(CancellationToken.None);

        if (options.Families)
        {
            await KillFamily.PublishAsync(services.GetRequiredService<WorkflowPublisher>());
        }

        var next = (int)(await engine.ListRunsAsync(new RunFilter { Take = 1 }, CancellationToken.None)).TotalCount;
        while (true)
        {
            var open = (await engine.ListRunsAsync(new RunFilter { Status = "Running", Take = 1 }, CancellationToken.None)).TotalCount;
            for (; open < options.OpenRuns; next++)
            {
                if (await StartAsync(engine, options, next) is { } id)
                {
                    starts.Add(id);
                    open++;
                }
            }

            if (open == 0)
            {
                // What is on its way may start others.
                await engine.QuietAsync();
                if ((await engine.ListRunsAsync(new RunFilter { Status = "Running", Take = 1 }, CancellationToken.None)).TotalCount > 0)
                {
                    continue;
                }

                await engine.DrainAsync(CancellationToken.None);
                return 0;
            }

            await moved.WaitAsync();
        }
    }

    // The key makes each start happen once, also when the process is killed before it knows that it has.
    private static Task<string?> StartAsync(DagEngine engine, KillOptions options, int index) => engine.StartRunAsync(
        new StartRequest
        {
            Definition = DefinitionReader.Read(options.Families ? KillFamily.MainOf(index) : KillWorkflow.Create(options.Seed, index).Json),
            LedgerKeys = [new LedgerKey("kill", $"{index}")],
        },
        CancellationToken.None);

    /// <summary>Errors on standard error, where the test looks for them.</summary>
    private sealed class ErrorLog : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Console.Error.WriteLine($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }
}
