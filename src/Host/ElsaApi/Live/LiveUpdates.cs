using System.Collections.Concurrent;
using Dag.Host.ElsaApi.Executions;
using Dag.Workflows.Running;
using Microsoft.AspNetCore.SignalR;

namespace Dag.Host.ElsaApi.Live;

/// <summary>
/// Tells those who look at runs when these move on: at once after a rest, then once in an interval while a run keeps moving, because
/// each time the browser asks for the run, its variables and its journal. The last change is always told.
/// </summary>
internal sealed partial class LiveUpdates : IHostedService, IDisposable
{
    /// <summary>The shortest time between two messages about one run: Studio answers each with four requests, and is to send at most four a second.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1.25);

    // What Studio listens to; the names are Elsa's.
    private const string StatisticsChanged = "ActivityExecutionLogUpdatedAsync";
    private const string JournalGrew = "WorkflowExecutionLogUpdatedAsync";
    private const string InstanceChanged = "WorkflowInstanceUpdatedAsync";

    // Runs that another node carries on are not in this node's feed.
    private static readonly TimeSpan ElsewhereInterval = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, ObservedRun> _runs = new();
    private readonly ConcurrentDictionary<string, HashSet<string>> _runsOfConnection = new();
    private readonly Lock _gate = new();
    private readonly DagEngine _engine;
    private readonly RunTraces _traces;
    private readonly IHubContext<WorkflowInstanceHub> _hub;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private IDisposable? _feed;
    private ITimer? _elsewhere;

    public LiveUpdates(
        DagEngine engine, RunTraces traces, IHubContext<WorkflowInstanceHub> hub, TimeProvider clock, ILogger<LiveUpdates> logger)
    {
        _engine = engine;
        _traces = traces;
        _hub = hub;
        _clock = clock;
        _logger = logger;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _feed = _engine.Feed.Listen(notice =>
        {
            if (notice is RunChanged or WorkChanged && _runs.TryGetValue(notice.Run.Id, out var run))
            {
                run.Changed();
            }
        });
        _elsewhere = _clock.CreateTimer(_ => LookElsewhere(), null, ElsewhereInterval, ElsewhereInterval);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _feed?.Dispose();
        _elsewhere?.Dispose();
        foreach (var run in _runs.Values)
        {
            run.Dispose();
        }

        _runs.Clear();
    }

    /// <summary>Notes that a connection looks at a run; false when it looks at too many.</summary>
    public bool Observe(string connection, string runId, int most)
    {
        lock (_gate)
        {
            var observed = _runsOfConnection.GetOrAdd(connection, _ => []);
            if (observed.Count >= most && !observed.Contains(runId))
            {
                return false;
            }

            if (observed.Add(runId))
            {
                var run = _runs.GetOrAdd(runId, id => new ObservedRun(Interval, _clock, told => TellAsync(id, told)));
                run.Observers++;
            }

            return true;
        }
    }

    /// <summary>Forgets a connection, and the runs that nobody else looks at.</summary>
    public void Forget(string connection)
    {
        lock (_gate)
        {
            if (!_runsOfConnection.TryRemove(connection, out var observed))
            {
                return;
            }

            foreach (var runId in observed)
            {
                if (_runs.TryGetValue(runId, out var run) && --run.Observers == 0 && _runs.TryRemove(runId, out _))
                {
                    run.Dispose();
                }
            }
        }
    }

    /// <summary>Tells one who has just come how the run stands.</summary>
    public async Task TellAllAsync(IClientProxy observer, string runId, CancellationToken cancellationToken)
    {
        if (await LookAsync(runId, default, cancellationToken) is { } news)
        {
            await SendAsync(observer, runId, news, cancellationToken);
        }
    }

    private void LookElsewhere()
    {
        foreach (var (runId, run) in _runs)
        {
            if (!run.IsOver && _engine.FindHeld(runId) is null)
            {
                run.Changed();
            }
        }
    }

    /// <summary>Tells what is new, and says up to which event it was.</summary>
    private async Task<Told> TellAsync(string runId, Told before)
    {
        try
        {
            if (await LookAsync(runId, before, CancellationToken.None) is not { } news || news.Told == before)
            {
                return before;
            }

            await SendAsync(_hub.Clients.Group(WorkflowInstanceHub.GroupOf(runId)), runId, news, CancellationToken.None);
            return news.Told;
        }
        catch (Exception e)
        {
            // Who looks is told of the next change instead.
            LogNotTold(e, runId);
            return before;
        }
    }

    private Task<News?> LookAsync(string runId, Told before, CancellationToken cancellationToken) => _traces.LookAsync(
        runId,
        trace => new News(
            new Told(trace.State.Sequence, trace.State.IsFinished),
            new StatisticsItems([.. trace.Statistics.Where(s => s.ChangedAt > before.Sequence).Select(StatisticsItem.Of)])),
        cancellationToken);

    private static async Task SendAsync(IClientProxy observers, string runId, News news, CancellationToken cancellationToken)
    {
        if (news.Statistics.Stats.Count > 0)
        {
            await observers.SendAsync(StatisticsChanged, news.Statistics, cancellationToken);
        }

        await observers.SendAsync(JournalGrew, new { }, cancellationToken);
        await observers.SendAsync(InstanceChanged, new { workflowInstanceId = runId }, cancellationToken);
    }

    private sealed record News(Told Told, StatisticsItems Statistics);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Those who look at run {RunId} could not be told of a change.")]
    private partial void LogNotTold(Exception exception, string runId);
}

/// <summary>How far those who look at a run have been told.</summary>
/// <param name="Sequence">Up to which event.</param>
/// <param name="IsOver">Whether they know that it is over.</param>
internal readonly record struct Told(long Sequence, bool IsOver);
