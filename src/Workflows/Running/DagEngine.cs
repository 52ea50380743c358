using Dag.Workflows.Catalog;
using Dag.Workflows.Composition;
using Dag.Workflows.Definitions;
using Dag.Workflows.Hooks;
using Dag.Workflows.RunLog;
using Dag.Workflows.Runs;
using Dag.Workflows.Scheduling;
using Dag.Workflows.Telemetry;
using Dag.Workflows.Triggers;
using Dag.Workflows.Values;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Running;

/// <summary>Starts runs and carries them on: what of the engine others call.</summary>
public sealed partial class DagEngine : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly HeldRuns _held;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly EventWriter _writer = new();
    private readonly Lock _writing = new();
    private QuartzEngine? _quartz;
    private QuartzAlarmClock? _alarms;
    private WorkDispatcher? _dispatcher;
    private ITimer? _leases;
    private Task _notifying = Task.CompletedTask;
    private long _stirs;

    internal DagEngine(
        EngineOptions options, IRunLog log, RunLoader loader, WorkflowFreezer freezer, AttemptRunner attempts, RunListeners listeners,
        IDefinitionStore definitions, EventTriggers events, RunFeed feed, RunMetrics metrics, TimeProvider clock, ILoggerFactory loggers)
    {
        Options = options;
        Log = log;
        Loader = loader;
        Freezer = freezer;
        Attempts = attempts;
        Listeners = listeners;
        Feed = feed;
        Metrics = metrics;
        Clock = clock;
        _held = new HeldRuns(this, loggers);
        Outbox = new Outbox(this, definitions, events, loggers.CreateLogger<Outbox>());
        _loggers = loggers;
        _logger = loggers.CreateLogger<DagEngine>();
    }

    /// <summary>Tells what happens in runs.</summary>
    public RunFeed Feed { get; }

    /// <summary>Whether the engine takes no more work because the service stops.</summary>
    public bool IsDraining { get; private set; }

    internal EngineOptions Options { get; }

    internal IRunLog Log { get; }

    internal RunLoader Loader { get; }

    internal WorkflowFreezer Freezer { get; }

    internal AttemptRunner Attempts { get; }

    internal RunListeners Listeners { get; }

    internal Outbox Outbox { get; }

    internal RunMetrics Metrics { get; }

    internal TimeProvider Clock { get; }

    /// <summary>How many runs this node carries on.</summary>
    internal int ActiveRuns => _held.Count;

    /// <summary>What its slots are doing.</summary>
    internal WorkLoad Load => _dispatcher?.Load ?? default;

    internal HookCallers Callers { get; } = new();

    internal CancellationToken Stopping => _stopping.Token;

    internal WorkDispatcher Dispatcher => _dispatcher ?? throw new InvalidOperationException("The engine has not been started.");

    /// <summary>Rings for schedules; the key's part before the first slash says whose alarm it is.</summary>
    internal Func<string, CancellationToken, Task>? ScheduleRings { get; set; }

    /// <summary>Starts the scheduler and goes on with the runs that the previous process of this node left.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var scheduling = Options.WorkSlots > 0 ? new SchedulingOptions { WorkSlots = Options.WorkSlots } : new SchedulingOptions();
        _quartz = await QuartzEngine.StartAsync(scheduling, Clock, _loggers, cancellationToken);
        _alarms = await QuartzAlarmClock.StartAsync(_quartz, RingAsync, _loggers.CreateLogger<QuartzAlarmClock>(), cancellationToken);
        _dispatcher = await WorkDispatcher.StartAsync(_quartz, scheduling, GrantAsync, _loggers.CreateLogger<WorkDispatcher>(), cancellationToken);
        await _held.RecoverAsync(cancellationToken);
        Outbox.Start();
        _leases = Clock.CreateTimer(_ => _ = _held.RenewAsync(), null, Options.LeaseDuration / 3, Options.LeaseDuration / 3);
    }

    /// <summary>Starts a run.</summary>
    /// <returns>Its id once its start is stored; null when a key of the start has been used before.</returns>
    /// <exception cref="DefinitionException">The definition cannot run.</exception>
    /// <exception cref="StartRefusedException">The workflow's activation strategy does not allow it now.</exception>
    /// <exception cref="Activities.ActivityException">An output of the trigger is too large.</exception>
    public async Task<string?> StartRunAsync(StartRequest request, CancellationToken cancellationToken)
    {
        if (IsDraining)
        {
            throw new InvalidOperationException("The service is stopping and starts no runs.");
        }

        var definition = request.Definition;
        var frozen = await Freezer.FreezeAsync(definition, cancellationToken);
        // As in Elsa, runs that others start are not asked.
        var rule = request.Parent is null ? ActivationStrategies.RuleOf(definition, request.CorrelationId) : null;
        var runId = request.RunId ?? Guid.CreateVersion7(Clock.GetUtcNow()).ToString("N");
        var input = RunInputs.Bind(definition, request.Input);
        var at = Clock.GetUtcNow();
        var span = RunSpan.Begin(
            runId, definition.Name, definition.DefinitionId, definition.Version, request.TraceParent ?? DagTracing.CallerContext(), at);
        var run = new ActiveRun(this, new RunState(runId, frozen.Graph), epoch: 1, _loggers.CreateLogger<ActiveRun>()) { Span = span };
        var started = new RunStarted
        {
            At = at,
            DefinitionId = definition.DefinitionId,
            DefinitionVersionId = definition.Id,
            Version = definition.Version,
            WorkflowName = definition.Name,
            DefinitionHash = frozen.Content.Hash,
            Uses = frozen.Uses,
            Input = input,
            CorrelationId = request.CorrelationId,
            Mode = request.Mode,
            TraceParent = span.TraceParent,
            Parent = request.Parent,
            TriggerActivityId = request.TriggerActivityId,
            TriggerOutputs = request.TriggerOutputs?.ToDictionary(o => o.Key, o => run.State.Values.Keep(ValueConverter.Normalize(o.Value))),
            TriggerOutcomes = request.TriggerOutcomes,
        };
        _held.Add(run);
        run.Begin(started, frozen.Blobs, request with { Activation = rule });
        return await run.Created.WaitAsync(cancellationToken) switch
        {
            AppendOutcome.Appended => runId,
            AppendOutcome.Refused => throw new StartRefusedException(definition, await Log.FindBlockerAsync(rule!, cancellationToken)),
            _ => null,
        };
    }

    /// <summary>Cancels a run.</summary>
    /// <returns>False when there is no such run, or it is over.</returns>
    public Task<bool> CancelRunAsync(string runId, string? reason, CancellationToken cancellationToken) =>
        PostAsync(runId, "cancel", InboxCodec.Cancel, InboxCodec.WriteCancel(reason), cancellationToken);

    /// <summary>
    /// Publishes an event: resumes every run that waits for it, with this correlation id if one is given, and starts every published
    /// workflow that begins with it.
    /// </summary>
    /// <returns>How many waits were answered, and how many workflows are started.</returns>
    public async Task<EventDelivery> PublishEventAsync(string name, object? payload, string? correlationId, CancellationToken cancellationToken) =>
        await DeliverAsync(new EventPublished { Name = name, Payload = payload, CorrelationId = correlationId }, runId: null, fromOutbox: null, cancellationToken);

    /// <summary>Tells an event to one run only.</summary>
    /// <returns>How many waits were answered.</returns>
    internal async Task<int> AnswerAsync(string runId, string name, object? payload, CancellationToken cancellationToken) =>
        (await DeliverAsync(new EventPublished { Name = name, Payload = payload, IsLocal = true }, runId, fromOutbox: null, cancellationToken)).Told;

    internal async Task<EventDelivery> DeliverAsync(
        EventPublished published, string? runId, long? fromOutbox, CancellationToken cancellationToken, string? traceParent = null)
    {
        var starts = runId is null ? await Outbox.StartsOfAsync(published, traceParent ?? DagTracing.CallerContext(), cancellationToken) : [];
        var outputs = new Dictionary<string, object?> { ["Result"] = published.Payload };
        var posted = await Log.DeliverAsync(
            new EventPosting
            {
                Node = Options.Node,
                Stimulus = Primitives.Event.StimulusOf(published.Name),
                CorrelationId = published.CorrelationId,
                RunId = runId,
                MessageTo = b => new InboxMessage(b.RunId, $"resume:{b.Id}", InboxCodec.Resume, InboxCodec.WriteResume(b.ExecutionId, outputs)),
                Starts = starts,
                FromOutbox = fromOutbox,
            },
            cancellationToken);
        if (starts.Count > 0)
        {
            Outbox.Wake();
        }

        foreach (var run in posted?.Runs ?? [])
        {
            (await _held.FindOrLoadAsync(run, cancellationToken))?.Post(new InboxArrival());
        }

        return new EventDelivery(posted?.Told ?? 0, posted is null ? 0 : starts.Count);
    }

    /// <summary>Lets a run go on that waits for a request, and tells the caller what it answers.</summary>
    /// <returns>False when another request was first.</returns>
    internal async Task<bool> ResumeAsync(
        HookWait wait, IReadOnlyDictionary<string, object?> outputs, IReadOnlyList<string>? outcomes, HookCaller caller, CancellationToken cancellationToken)
    {
        if (!Callers.TryAdd(wait, caller))
        {
            return false;
        }

        var isFirst = false;
        try
        {
            var message = InboxCodec.WriteResume(wait.ExecutionId, outputs, outcomes);
            isFirst = await Log.PostAsync(new InboxMessage(wait.RunId, $"resume:{wait.RunId}:{wait.ExecutionId}", InboxCodec.Resume, message), cancellationToken);
        }
        finally
        {
            if (!isFirst)
            {
                Callers.Take(wait.RunId, wait.ExecutionId);
            }
        }

        if (isFirst && await _held.FindOrLoadAsync(wait.RunId, cancellationToken) is { } run)
        {
            run.Post(new InboxArrival());
        }
        else if (isFirst && Callers.Take(wait.RunId, wait.ExecutionId) is not null)
        {
            // Another node carries the run on, and reads its inbox; or it has ended meanwhile.
            var isOver = await Log.FindRunAsync(wait.RunId, cancellationToken) is not { FinishedAt: null };
            caller.TryAnswer(isOver ? new HookAnswer.Gone() : new HookAnswer.Accepted());
        }

        return isFirst;
    }

    /// <summary>A run in full, or null when there is none.</summary>
    public async Task<RunReport?> ReportAsync(string runId, CancellationToken cancellationToken)
    {
        if (await Log.FindRunAsync(runId, cancellationToken) is null)
        {
            return null;
        }

        var (graph, events) = await Loader.LoadEventsAsync(runId, cancellationToken);
        foreach (var (_, value) in events.SelectMany(e => ExecutionEvent.ChangesOf(e)?.RunOutputs ?? []))
        {
            await Loader.LoadValueAsync(value, cancellationToken);
        }

        return RunReport.Of(runId, graph, events);
    }

    /// <summary>Runs that match, newest first.</summary>
    public Task<RunPage> ListRunsAsync(RunFilter filter, CancellationToken cancellationToken) => Log.ListRunsAsync(filter, cancellationToken);

    /// <summary>One run's summary, or null.</summary>
    public Task<RunSummary?> FindRunAsync(string runId, CancellationToken cancellationToken) => Log.FindRunAsync(runId, cancellationToken);

    /// <summary>The definition that the newest run of a version was started with, though it may be stored no more; null when there is no such run.</summary>
    internal async Task<(RunSummary Run, WorkflowDefinition Definition)?> FindFrozenAsync(string definitionVersionId, CancellationToken cancellationToken)
    {
        var page = await Log.ListRunsAsync(new RunFilter { DefinitionVersionId = definitionVersionId, Take = 1 }, cancellationToken);
        return page.Runs is [var run] ? (run, (await Loader.LoadGraphAsync(run.Id, cancellationToken)).Definition) : null;
    }

    /// <summary>The work of a run, by execution.</summary>
    public Task<IReadOnlyList<WorkExecutionRow>> ListWorkAsync(string runId, CancellationToken cancellationToken) =>
        Log.ListWorkAsync(runId, cancellationToken);

    /// <summary>
    /// Takes no more starts, lets work in flight go on until patience ends, hands the rest back without counting it, and stores all of it.
    /// </summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        if (IsDraining)
        {
            return;
        }

        IsDraining = true;
        await Outbox.StopAsync();
        if (_dispatcher is not null)
        {
            try
            {
                await _dispatcher.DrainAsync(Options.DrainPatience, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                LogStuckWork();
            }
        }

        await Listeners.StopAsync();
        await Task.WhenAll(_held.Select(r => r.QuietAsync())).WaitAsync(TimeSpan.FromSeconds(5), Clock, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopping.CancelAsync();
        foreach (var run in _held)
        {
            run.Span.LetGo(Clock.GetUtcNow());
        }

        await Log.ReleaseLeasesAsync(Options.Node, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Listeners.StopAsync();
        await Outbox.StopAsync();
        if (_leases is not null)
        {
            await _leases.DisposeAsync();
        }

        _alarms?.Dispose();
        if (_quartz is not null)
        {
            await _quartz.DisposeAsync();
        }

        _writer.Dispose();
        _held.Dispose();
    }

    internal ReadOnlyMemory<byte> Encode(IReadOnlyList<RunEvent> events)
    {
        lock (_writing)
        {
            return _writer.Write(events);
        }
    }

    /// <summary>Completes when nothing is being decided in any run of this process, and nothing that they sent is on its way.</summary>
    internal async Task QuietAsync()
    {
        Task[] busy;
        long before;
        do
        {
            before = Interlocked.Read(ref _stirs);
            busy = [.. _held.Select(r => r.QuietAsync()).Append(Outbox.IdleAsync()).Append(_notifying).Where(t => !t.IsCompleted)];
            await Task.WhenAll(busy);
        }
        while (busy.Length > 0 || before != Interlocked.Read(ref _stirs));
    }

    /// <summary>
    /// Says that something has been handed on: who was quiet a moment ago may be so no more. Called when the one who has it now is busy
    /// already, and before the one who had it comes to rest.
    /// </summary>
    internal void Stir() => Interlocked.Increment(ref _stirs);

    /// <summary>Lets runs look into their inboxes, in which these messages have been put.</summary>
    internal void Notify(IReadOnlyList<InboxMessage> messages)
    {
        if (messages.Count > 0)
        {
            lock (_writing)
            {
                _notifying = _notifying.IsCompleted ? NotifyAsync(messages) : Task.WhenAll(_notifying, NotifyAsync(messages));
            }

            Stir();
        }
    }

    /// <summary>The run, if this process carries it on.</summary>
    internal ActiveRun? FindHeld(string runId) => _held.Find(runId);

    internal void Forget(ActiveRun run) => _held.Remove(run);

    internal async ValueTask SetTimerAsync(string runId, long execution, DateTimeOffset due) =>
        await _alarms!.SetAsync($"run/{runId}/{AttemptRunner.KeyOf(execution)}", Options.SkipTimers ? Clock.GetUtcNow() : due, Stopping);

    internal async ValueTask RemoveTimerAsync(string runId, long execution) =>
        await _alarms!.RemoveAsync($"run/{runId}/{AttemptRunner.KeyOf(execution)}", Stopping);

    internal ValueTask SetAlarmAsync(string key, DateTimeOffset due) => _alarms!.SetAsync(key, due, Stopping);

    internal ValueTask RemoveAlarmAsync(string key) => _alarms!.RemoveAsync(key, Stopping);

    private async Task RingAsync(string key, CancellationToken cancellationToken)
    {
        var parts = key.Split('/', 3);
        if (parts[0] != "run")
        {
            await (ScheduleRings?.Invoke(key, cancellationToken) ?? Task.CompletedTask);
        }
        else if (await _held.FindOrLoadAsync(parts[1], cancellationToken) is { } run)
        {
            run.Post(new TimerArrival(long.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    private Task GrantAsync(SlotGrant grant)
    {
        if (_held.Find(grant.RunId) is { } run)
        {
            run.Post(new GrantArrival(grant));
        }
        else
        {
            Dispatcher.Answer(grant, [], 0);
        }

        return Task.CompletedTask;
    }

    // One that is not told looks by itself when leases are renewed.
    private async Task NotifyAsync(IReadOnlyList<InboxMessage> messages)
    {
        await Task.Yield();
        try
        {
            foreach (var runId in messages.Select(m => m.RunId).Distinct())
            {
                (await _held.FindOrLoadAsync(runId, Stopping))?.Post(new InboxArrival());
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotTold(e);
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    // A message goes through the inbox, so that it is not lost with this process; the run is then told to look.
    private async Task<bool> PostAsync(string runId, string key, string kind, byte[] payload, CancellationToken cancellationToken)
    {
        if (await Log.FindRunAsync(runId, cancellationToken) is not { FinishedAt: null })
        {
            return false;
        }

        await Log.PostAsync(new InboxMessage(runId, key, kind, payload), cancellationToken);
        (await _held.FindOrLoadAsync(runId, cancellationToken))?.Post(new InboxArrival());
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not all runs could be told that they have messages; they look by themselves.")]
    private partial void LogNotTold(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Some work did not stop in time; it will be taken for lost.")]
    private partial void LogStuckWork();
}
