using Dag.Workflows.Catalog;
using Dag.Workflows.RunLog;
using Dag.Workflows.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dag.Workflows.Storage;

/// <summary>Registers the storage of metadata.</summary>
public static class StorageServiceCollectionExtensions
{
    extension(IServiceCollection services)
    {
        /// <summary>
        /// Registers the metadata database (PostgreSQL with a connection string, otherwise SQLite in the data folder) and the stores on
        /// it. Whoever starts the service brings the schema up to date first, with <see cref="MetadataDatabase.MigrateAsync"/> and all
        /// registered <see cref="MigrationSource"/>s.
        /// </summary>
        public IServiceCollection AddDagStorage(StorageOptions options)
        {
            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton<DagMeter>();
            services.AddSingleton<StorageMetrics>();
            services.AddSingleton(provider => Open(options, provider));
            services.AddSingleton(new MigrationSource("workflows", typeof(MetadataDatabase).Assembly));
            services.AddSingleton<DeletionHolds>();
            services.AddSingleton<IRunLog, SqlRunLog>();
            services.AddSingleton<IBlobStore, SqlBlobStore>();
            services.AddSingleton<IDefinitionStore, SqlDefinitionStore>();
            services.AddSingleton<WorkflowFileLedger>();
            return services;
        }
    }

    private static MetadataDatabase Open(StorageOptions options, IServiceProvider provider)
    {
        var clock = provider.GetRequiredService<TimeProvider>();
        var metrics = provider.GetRequiredService<StorageMetrics>();
        var loggers = provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        return string.IsNullOrWhiteSpace(options.ConnectionString)
            ? new SqliteDatabase(
                Path.Combine(options.DataFolder, StorageOptions.SqliteFile), options.Sqlite, clock, loggers.CreateLogger<SqliteDatabase>(), metrics)
            : new PostgreSqlDatabase(options.ConnectionString, options.PostgreSql, clock, loggers.CreateLogger<PostgreSqlDatabase>(), metrics);
    }
}
