using Dag.Activities;
using Dag.Activities.Exports;
using Dag.Activities.Http;
using Dag.Activities.Lake;
using Dag.Activities.Models;
using Dag.Activities.Notifications;
using Dag.Activities.OutgoingHttp;
using Dag.Activities.Quality;
using Dag.Activities.Queries;
using Dag.Activities.Sources;
using Dag.Host.Backup;
using Dag.Host.Telemetry;
using Dag.Host.WorkflowFiles;
using Dag.Workflows.AttemptLogs;
using Dag.Workflows.Running;
using Dag.Workflows.Storage;

namespace Dag.Host.Hosting;

/// <summary>The composition that all verbs share.</summary>
internal static class DagServices
{
    extension(IServiceCollection services)
    {
        /// <summary>Adds storage, engine, lake, models, notifications and activities; logging comes from the caller. Start them with <see cref="DagNode"/>.</summary>
        public IServiceCollection AddDag(DagHostOptions options) => services
            .AddSingleton(options)
            .AddDagStorage(new StorageOptions
            {
                DataFolder = options.DataFolder,
                ConnectionString = options.ConnectionString,
                Sqlite = new SqliteDatabaseOptions { Durable = !options.IsTemporary },
            })
            .AddSingleton(new AttemptLogOptions
            {
                Folder = options.IsTemporary ? null : Path.Combine(options.DataFolder, "logs", "runs"),
                AttemptBytes = (long)options.AttemptLogMegabytes << 20,
                Retention = TimeSpan.FromDays(options.LogDays),
            })
            .AddSingleton(options.Scripts)
            .AddDagEngine(options.Engine)
            .AddDagLake(options.DataFolder, duckDb: d => d.MemoryLimitMegabytes = options.DuckDbMemoryMegabytes)
            .AddDagQueries()
            .AddDagExports(options.DataFolder, options.ExportFolders)
            .AddDagQuality()
            .AddDagSources(options.DataFolder)
            .AddDagModels(options.DataFolder, m => m.WorkerCommand = OwnCommand.Of(XgboostWorker.Verb))
            .AddDagOutgoingHttp(http => http.AllowedNetworks = options.AllowedNetworks)
            .AddDagHttp()
            .AddDagNotifications()
            .AddDagActivities()
            .AddSingleton<BackupWriter>()
            .AddSingleton<FileImport>()
            .AddSingleton<WorkflowFolder>()
            .AddSingleton<TelemetryExport>()
            .AddSingleton<ManualStart>()
            .AddSingleton<DagNode>();
    }
}
