using Dag.Workflows.Activities;
using Dag.Workflows.Catalog;
using Dag.Workflows.Composition;
using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Hooks;
using Dag.Workflows.Running;
using Dag.Workflows.Scheduling;
using Dag.Workflows.Timers;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Triggers;

/// <summary>
/// Arms the triggers of published workflows: timetables with the alarm clock, the others with a listener each. What is armed is derived
/// from the published definitions at start and after each change of them, so there is no list of triggers that could be wrong.
/// </summary>
/// <remarks>
/// A timetable that came due while the service was down makes up for what it missed as its <see cref="CatchUp"/> says, by default not:
/// it fires at its next time from now. What was missed are the firings since the version was published that are not in the ledger of
/// firings. Only StartAt, which has no next time, fires then in any case, once ever.
/// </remarks>
internal sealed partial class TriggerHost(
    DagEngine engine, IDefinitionStore store, WorkflowFreezer freezer, EventTriggers events, ActivityBinder binder, FiringGates gates, HookTable hooks, TimeProvider clock,
    ILogger<TriggerHost> logger)
    : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, ArmedTrigger> _armed = [];
    private readonly TriggerListener _listener = new(clock, logger);
    private bool _started;

    /// <summary>The triggers that are armed, with how they are.</summary>
    public IReadOnlyList<TriggerState> Armed
    {
        get
        {
            lock (_armed)
            {
                return [.. _armed.Values.Select(t => t.ToState())];
            }
        }
    }

    /// <summary>Arms the triggers of everything that is published.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        engine.ScheduleRings = RingAsync;
        _started = true;
        await RefreshAsync(cancellationToken);
    }

    /// <summary>Arms and disarms until what is armed is what is published.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        events.Forget();
        if (!_started)
        {
            return;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            var wanted = new Dictionary<string, (StoredDefinition Stored, WorkflowGraph Graph, Node Node)>();
            foreach (var stored in await store.ListPublishedAsync(cancellationToken))
            {
                if (await FindGraphAsync(stored, cancellationToken) is { } graph)
                {
                    foreach (var node in graph.Nodes.Where(GraphValidator.IsTrigger))
                    {
                        wanted[$"trigger/{stored.Id}/{node.NodeId}"] = (stored, graph, node);
                    }
                }
            }

            foreach (var key in _armed.Keys.Except(wanted.Keys).ToArray())
            {
                await DisarmAsync(key);
            }

            foreach (var key in wanted.Keys.Except(_armed.Keys).ToArray())
            {
                await ArmAsync(key, wanted[key].Stored, wanted[key].Graph, wanted[key].Node);
            }

            OpenHooks();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Disarms everything and waits for listeners to end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync();
        _started = false;
        foreach (var key in _armed.Keys.ToArray())
        {
            await DisarmAsync(key);
        }

        OpenHooks();
        _gate.Release();
    }

    // Publishing refuses what clashes; another node may have published it in the same moment.
    private void OpenHooks()
    {
        var open = new List<PublishedHook>();
        foreach (var armed in _armed.Values.Where(a => a.Hook is not null))
        {
            if (HookValidator.Clashes([armed.Hook!], open).FirstOrDefault() is { } clash)
            {
                armed.Problem = $"{clash.Message} {clash.Fix}";
            }
            else
            {
                armed.Problem = null;
                open.Add(armed.Hook!);
            }
        }

        hooks.Replace(open);
    }

    private async Task<WorkflowGraph?> FindGraphAsync(StoredDefinition stored, CancellationToken cancellationToken)
    {
        try
        {
            return (await freezer.FreezeAsync(DefinitionReader.Read(stored.Json), cancellationToken)).Graph;
        }
        catch (DefinitionException e)
        {
            LogCannotArm(e, stored.Name);
            return null;
        }
    }

    private async Task ArmAsync(string key, StoredDefinition stored, WorkflowGraph graph, Node node)
    {
        var armed = new ArmedTrigger(key, graph, node);
        lock (_armed)
        {
            _armed[key] = armed;
        }

        try
        {
            if (node.Control is TimerActivity timer)
            {
                armed.Timetable = timer.TimetableOf(node, stored.CreatedAt);
                armed.CatchUp = CatchUp.Parse(node.Definition.CustomProperty("catchUp"));
                await FindMissedAsync(armed, stored.CreatedAt);
                await SetNextAsync(armed, armed.Timetable is OnceTimetable ? DateTimeOffset.MinValue : clock.GetUtcNow());
            }
            else if (node.Control is HttpEndpoint)
            {
                armed.Hook = new PublishedHook(graph.Definition, node, HookSettings.Of(LiteralInputs.Of(node)));
            }
            else if (node.Control is null)
            {
                Listen(armed);
            }
        }
        catch (Exception e) when (e is FormatException or ActivityException)
        {
            armed.Problem = e.Message;
            LogCannotArm(e, graph.Definition.Name);
        }
    }

    private void Listen(ArmedTrigger armed)
    {
        var context = new PublishedTriggerContext(engine, gates, armed)
        {
            Scope = armed.Scope,
            TimeProvider = clock,
            ProblemSink = problem => armed.Problem = problem,
        };
        armed.Listening = _listener.ListenAsync(
            () => (TriggerActivity)binder.Create(armed.Node.Descriptor, LiteralInputs.Of(armed.Node)), context, armed.Disarmed.Token);
    }

    private async Task DisarmAsync(string key)
    {
        ArmedTrigger? armed;
        lock (_armed)
        {
            _armed.Remove(key, out armed);
        }

        if (armed is null)
        {
            return;
        }

        await armed.Disarmed.CancelAsync();
        if (armed.Timetable is not null)
        {
            await engine.RemoveAlarmAsync(key);
        }

        await armed.Listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        armed.Dispose();
    }

    private async Task RingAsync(string key, CancellationToken cancellationToken)
    {
        ArmedTrigger? armed;
        lock (_armed)
        {
            armed = _armed.GetValueOrDefault(key);
        }

        if (armed?.DueAt is not { } due || engine.IsDraining)
        {
            return;
        }

        try
        {
            // The key makes a firing start one run, whoever and however often it is rung.
            await engine.StartRunAsync(
                new StartRequest
                {
                    Definition = armed.Graph.Definition,
                    TriggerActivityId = armed.Node.Id,
                    TriggerOutputs = TimerActivity.OutputsOf(due, armed.Timetable!.IntervalOf(due)),
                    LedgerKeys = LedgerKeys.Of(armed.Scope, [LedgerKeys.KeyOf(due)]),
                },
                cancellationToken);
            armed.Problem = null;
        }
        catch (StartRefusedException e)
        {
            armed.Problem = e.Message;
            LogRefused(armed.Scope, e.Message);
        }
        catch (DefinitionException e)
        {
            // Ringing again would not help; the next time may, when what it needs has been mended.
            armed.Problem = e.Message;
            LogCannotStart(e, armed.Scope);
        }
        catch (Exception e)
        {
            // The alarm clock rings again.
            armed.Problem = e.Message;
            throw;
        }

        await FindMissedAsync(armed, due);
        await SetNextAsync(armed, due > clock.GetUtcNow() ? due : clock.GetUtcNow());
    }

    // Also after a firing: the clock may have jumped, or the machine slept.
    private async Task FindMissedAsync(ArmedTrigger armed, DateTimeOffset after)
    {
        if (armed.CatchUp.Mode == CatchUpMode.None || armed.Missed.Count > 0)
        {
            return;
        }

        var candidates = armed.CatchUp.Candidates(armed.Timetable!, after, clock.GetUtcNow()).ToDictionary(LedgerKeys.KeyOf);
        foreach (var key in await LedgerKeys.UnseenAsync(engine.Log, armed.Scope, [.. candidates.Keys], engine.Stopping))
        {
            armed.Missed.Enqueue(candidates[key]);
        }

        if (armed.Missed.Count > 0)
        {
            LogMissed(armed.Scope, armed.Missed.Count, armed.Missed.Peek());
        }
    }

    private async Task SetNextAsync(ArmedTrigger armed, DateTimeOffset after)
    {
        armed.DueAt = armed.Missed.TryDequeue(out var missed) ? missed : armed.Timetable!.NextAfter(after);
        if (armed.DueAt is { } due && !armed.Disarmed.IsCancellationRequested)
        {
            await engine.SetAlarmAsync(armed.Key, due);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Trigger {Trigger} missed {Count} firings since {First}, and makes up for them.")]
    private partial void LogMissed(string trigger, int count, DateTimeOffset first);

    [LoggerMessage(Level = LogLevel.Error, Message = "Trigger {Trigger} could not start a run; it fires again at its next time.")]
    private partial void LogCannotStart(Exception exception, string trigger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Trigger {Trigger} starts no run this time: {Reason}")]
    private partial void LogRefused(string trigger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The triggers of workflow {Workflow} cannot be armed. Publish it again after correcting it.")]
    private partial void LogCannotArm(Exception exception, string workflow);
}
