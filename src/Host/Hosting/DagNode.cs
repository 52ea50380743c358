using Dag.Activities.DuckDb;
using Dag.Activities.Lake;
using Dag.Host.Telemetry;
using Dag.Host.WorkflowFiles;
using Dag.Workflows.AttemptLogs;
using Dag.Workflows.Running;
using Dag.Workflows.Storage;
using Dag.Workflows.Triggers;

namespace Dag.Host.Hosting;

/// <summary>Starts and stops what runs workflows in this process, in the order that loses nothing.</summary>
internal sealed class DagNode(
    MetadataDatabase database, IEnumerable<MigrationSource> migrations, DataLake lake, DeletionHolds holds, DagEngine engine, WorkflowFolder workflowFiles, TriggerHost triggers,
    AttemptLogRetention attemptLogs, EngineGauges gauges, DuckDbGauges duckDb, TelemetryExport telemetry, TimeProvider clock)
{
    // What is younger may be a version that another node is about to publish.
    private static readonly TimeSpan LeftOver = TimeSpan.FromDays(1);

    private readonly long _created = clock.GetTimestamp();

    /// <summary>How far it is.</summary>
    public NodeState State { get; private set; }

    /// <summary>Whether everything is started and nothing is being stopped.</summary>
    public bool IsReady => State == NodeState.Ready;

    /// <summary>How long this process has been at it.</summary>
    public TimeSpan Uptime => clock.GetElapsedTime(_created);

    /// <summary>Brings the schema up to date, clears the lake of what was never published, and goes on with the runs that are open; then imports the workflows of the folder and arms the triggers, if asked to.</summary>
    public async Task StartAsync(bool armTriggers, CancellationToken cancellationToken)
    {
        telemetry.Start();
        await database.MigrateAsync([.. migrations], cancellationToken);
        if (!await holds.AnyAsync(cancellationToken))
        {
            await lake.SweepAsync(LeftOver, cancellationToken);
        }

        attemptLogs.Start();
        gauges.Start();
        duckDb.Start();
        await engine.StartAsync(cancellationToken);
        if (armTriggers)
        {
            await workflowFiles.StartAsync(cancellationToken);
            await triggers.StartAsync(cancellationToken);
        }

        State = NodeState.Ready;
    }

    /// <summary>Disarms the triggers, then lets work in flight end, within the engine's patience.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        State = NodeState.Draining;
        await workflowFiles.DisposeAsync();
        await triggers.DisposeAsync();
        await engine.DrainAsync(cancellationToken);
    }
}
