using Dag.Workflows.Running;
using Dag.Workflows.Storage;
using Dag.Workflows.Triggers;

namespace Dag.Host.Hosting;

/// <summary>Starts and stops what runs workflows in this process, in the order that loses nothing.</summary>
internal sealed class DagNode(MetadataDatabase database, IEnumerable<MigrationSource> migrations, DagEngine engine, TriggerHost triggers)
{
    /// <summary>Whether everything is started and nothing is being stopped.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Brings the schema up to date and goes on with the runs that are open; then arms the triggers, if asked to.</summary>
    public async Task StartAsync(bool armTriggers, CancellationToken cancellationToken)
    {
        await database.MigrateAsync([.. migrations], cancellationToken);
        await engine.StartAsync(cancellationToken);
        if (armTriggers)
        {
            await triggers.StartAsync(cancellationToken);
        }

        IsReady = true;
    }

    /// <summary>Disarms the triggers, then lets work in flight end, within the engine's patience.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        IsReady = false;
        await triggers.DisposeAsync();
        await engine.DrainAsync(cancellationToken);
    }
}
