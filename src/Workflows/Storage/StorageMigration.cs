using Microsoft.Extensions.Hosting;

namespace Dag.Workflows.Storage;

/// <summary>Brings the schema up to date before any other service of the host starts.</summary>
internal sealed class StorageMigration(MetadataDatabase database, IEnumerable<MigrationSource> sources) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => database.MigrateAsync([.. sources], cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
