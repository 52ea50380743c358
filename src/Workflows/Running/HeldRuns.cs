using System.Collections;
using System.Collections.Concurrent;
using Dag.Workflows.Definitions;
using Dag.Workflows.RunLog;
using Dag.Workflows.Telemetry;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Running;

/// <summary>The runs that this node carries on, under leases: those that it started, took over, or found left by its previous process.</summary>
internal sealed partial class HeldRuns(DagEngine engine, ILoggerFactory loggers) : IEnumerable<ActiveRun>, IDisposable
{
    private readonly ConcurrentDictionary<string, ActiveRun> _runs = new();
    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly ILogger _logger = loggers.CreateLogger<HeldRuns>();

    public int Count => _runs.Count;

    public ActiveRun? Find(string runId) => _runs.GetValueOrDefault(runId);

    public void Add(ActiveRun run) => _runs[run.State.RunId] = run;

    public void Remove(ActiveRun run) => _runs.TryRemove(KeyValuePair.Create(run.State.RunId, run));

    /// <summary>Loads what may be taken, and lets each go on.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        // All of them at once, in pages they would be crowded out: what this node holds already is claimable too. Nobody else loads one meanwhile.
        var claimable = await engine.Log.FindClaimableAsync(engine.Options.Node, int.MaxValue, cancellationToken);
        if (claimable.All(_runs.ContainsKey))
        {
            return;
        }

        await _loading.WaitAsync(cancellationToken);
        try
        {
            var left = claimable.Where(r => !_runs.ContainsKey(r)).ToArray();
            var leases = await engine.Log.AcquireLeasesAsync(left, engine.Options.Node, engine.Options.LeaseDuration, cancellationToken);
            await Parallel.ForEachAsync(
                left.Where(leases.ContainsKey),
                new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
                async (runId, token) => await LoadAsync(runId, leases[runId], token));
        }
        finally
        {
            _loading.Release();
        }

        foreach (var runId in await engine.Log.FindRunsWithInboxAsync(int.MaxValue, cancellationToken))
        {
            Find(runId)?.Post(new InboxArrival());
        }
    }

    /// <summary>The run, loaded if nobody holds it; null when another node holds it, or it is over.</summary>
    public async Task<ActiveRun?> FindOrLoadAsync(string runId, CancellationToken cancellationToken)
    {
        if (_runs.TryGetValue(runId, out var active))
        {
            return active;
        }

        await _loading.WaitAsync(cancellationToken);
        try
        {
            if (_runs.TryGetValue(runId, out active))
            {
                return active;
            }

            var leases = await engine.Log.AcquireLeasesAsync([runId], engine.Options.Node, engine.Options.LeaseDuration, cancellationToken);
            if (!leases.TryGetValue(runId, out var lease) || await LoadAsync(runId, lease, cancellationToken) is not { } loaded)
            {
                return null;
            }

            if ((await engine.Log.ReadInboxAsync(runId, cancellationToken)).Count > 0)
            {
                loaded.Post(new InboxArrival());
            }

            return loaded;
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Prolongs the leases, and takes over what others have left.</summary>
    public async Task RenewAsync()
    {
        try
        {
            await engine.Log.RenewLeasesAsync(engine.Options.Node, engine.Options.LeaseDuration, engine.Stopping);
            await RecoverAsync(engine.Stopping);
            engine.Outbox.Wake();
            foreach (var runId in await engine.Log.FindRunsWithInboxAsync(500, engine.Stopping))
            {
                (await FindOrLoadAsync(runId, engine.Stopping))?.Post(new InboxArrival());
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogRenewalFailed(e);
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    public IEnumerator<ActiveRun> GetEnumerator() => _runs.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => _loading.Dispose();

    // Many may be loaded at once: nothing is asked for that most of them do not have.
    private async Task<ActiveRun?> LoadAsync(string runId, RunLease lease, CancellationToken cancellationToken)
    {
        try
        {
            var state = await engine.Loader.LoadAsync(runId, mayHaveSnapshot: lease.LastSequence >= engine.Options.EventsPerSnapshot, cancellationToken);
            var start = state.Start!;
            var run = new ActiveRun(engine, state, lease.Epoch, loggers.CreateLogger<ActiveRun>())
            {
                Span = RunSpan.Resume(runId, start.WorkflowName, start.DefinitionId, start.Version, start.TraceParent, engine.Clock.GetUtcNow()),
            };
            Add(run);
            run.Recover(state.Open.Any(e => e.Node.IsWork) ? await engine.Log.ListOpenWorkAsync(runId, cancellationToken) : []);
            return run;
        }
        catch (Exception e) when (e is InvalidDataException or DefinitionException)
        {
            // One damaged history must not keep the others from going on.
            LogUnreadable(e, runId);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} cannot be loaded and stays as it is.")]
    private partial void LogUnreadable(Exception exception, string runId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The leases of this node could not be renewed; trying again.")]
    private partial void LogRenewalFailed(Exception exception);
}
