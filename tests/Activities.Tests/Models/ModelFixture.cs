using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Activities.Models;
using Dag.Workflows.Activities;
using Dag.Workflows.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dag.Activities.Tests.Models;

/// <summary>A lake, a registry and the activities on them, as the service registers them, in a folder of their own.</summary>
internal sealed class ModelFixture : IAsyncDisposable
{
    /// <summary>Delays of made-up flights: they depend on distance, airline, season and rain, and a little on chance.</summary>
    private const string Flights = """
        SELECT i AS flight_id,
               (hash(i) % 2000 + 100)::INT AS distance,
               ['NA', 'TP', 'IB', 'LH', 'AF'][(hash(i + 7) % 5 + 1)::INT] AS airline,
               DATE '2025-01-01' + (hash(i + 13) % 365)::INT AS day,
               (hash(i + 29) % 4 = 0) AS rain,
               round(distance * distance / 60000 + CASE airline WHEN 'TP' THEN 20 ELSE 0 END
                   + 3 * month(day) + CASE WHEN rain AND month(day) > 6 THEN 40 ELSE 0 END + (hash(i + 41) % 1000) / 100.0, 2) AS delay
        FROM range({0}, {1}) t(i)
        """;

    private readonly TempFolder _folder = new();
    private readonly ServiceProvider _services;
    private int _keys;

    private ModelFixture(Action<ModelOptions>? configure)
    {
        _services = new ServiceCollection()
            .AddSingleton<MetadataDatabase>(new SqliteDatabase(_folder.File("metadata.db")))
            .AddSingleton(typeof(ILogger<>), typeof(RecordingLogger<>))
            .AddDagLake(_folder.FullName)
            .AddDagModels(_folder.FullName, options =>
            {
                options.WorkerCommand = TestWorker.Options().WorkerCommand;
                options.Threads = 2;
                configure?.Invoke(options);
            })
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });
    }

    public ModelRegistry Registry => _services.GetRequiredService<ModelRegistry>();

    public DataLake Lake => _services.GetRequiredService<DataLake>();

    public List<WorkProgress> Progress { get; } = [];

    public static async Task<ModelFixture> CreateAsync(Action<ModelOptions>? configure = null)
    {
        var fixture = new ModelFixture(configure);
        await fixture._services.GetRequiredService<MetadataDatabase>().MigrateAsync(
            [.. fixture._services.GetServices<MigrationSource>()], CancellationToken.None);
        return fixture;
    }

    public RecordingLogger<T> LoggerOf<T>() => (RecordingLogger<T>)_services.GetRequiredService<ILogger<T>>();

    /// <summary>Publishes made-up flights, these numbers of them.</summary>
    public Task<DatasetReference> PublishFlightsAsync(int from, int to, bool append = false) =>
        PublishAsync("flights", string.Format(System.Globalization.CultureInfo.InvariantCulture, Flights, from, to), append);

    /// <summary>Publishes what a query gives.</summary>
    public async Task<DatasetReference> PublishAsync(string dataset, string query, bool append = false)
    {
        using var draft = Lake.Begin(dataset, $"data-{_keys++}");
        using var connection = _services.GetRequiredService<DuckDbEngine>().Open();
        var file = Path.Combine(draft.Folder, "x.parquet");
        var rows = connection.Execute($"COPY ({query}) TO {DuckDbSql.Literal(file)} (FORMAT parquet)");
        using var result = connection.Query($"DESCRIBE SELECT * FROM read_parquet({DuckDbSql.FilePath(file)})");
        var columns = new List<DatasetColumn>();
        while (result.NextChunk())
        {
            for (var i = 0; i < result.RowCount; i++)
            {
                columns.Add(new DatasetColumn(result.Vector(0).GetString(i)!, result.Vector(1).GetString(i)!));
            }
        }

        draft.Columns = columns;
        draft.Files = [("x.parquet", rows)];
        draft.Append = append;
        return (await Lake.PublishAsync(draft, CancellationToken.None)).ToReference();
    }

    /// <summary>Trains as the engine does: a new instance with its inputs set.</summary>
    public async Task<TrainModel> TrainAsync(
        DatasetReference dataset, string target, Action<TrainModel>? set = null, string? key = null, CancellationToken? token = null)
    {
        var activity = ActivatorUtilities.CreateInstance<TrainModel>(_services);
        (activity.Dataset, activity.Target, activity.Rounds, activity.Folds) = (dataset, target, 20, 0);
        set?.Invoke(activity);
        await activity.ExecuteAsync(Context(key), token ?? TestContext.Current.CancellationToken);
        return activity;
    }

    /// <summary>Promotes as the engine does, and gives the outcome beside the activity.</summary>
    public async Task<(PromoteModel Activity, string Outcome)> PromoteAsync(
        ModelReference model, Action<PromoteModel>? set = null, string? key = null)
    {
        var activity = ActivatorUtilities.CreateInstance<PromoteModel>(_services);
        activity.Model = model;
        set?.Invoke(activity);
        var context = Context(key);
        await activity.ExecuteAsync(context, TestContext.Current.CancellationToken);
        return (activity, Assert.Single(context.Outcomes!));
    }

    /// <summary>All rows of a dataset version.</summary>
    public async Task<ModelTable> ReadAsync(DatasetReference dataset, int maxRows = 1_000_000) =>
        await _services.GetRequiredService<DatasetTables>().ReadAsync(
            await Lake.GetAsync(dataset, CancellationToken.None), null, maxRows, 42, null, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    private WorkContext Context(string? key) => new()
    {
        RunId = "run-1",
        WorkflowName = "retrain",
        ActivityId = "train",
        ExecutionId = 1,
        Attempt = 1,
        IdempotencyKey = key ?? $"key-{_keys++}",
        ProgressSink = Progress.Add,
    };
}
