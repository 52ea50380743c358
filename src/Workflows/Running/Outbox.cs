using System.Threading.Channels;
using Dag.Workflows.Catalog;
using Dag.Workflows.Definitions;
using Dag.Workflows.RunLog;
using Dag.Workflows.Runs;
using Dag.Workflows.Triggers;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Running;

/// <summary>
/// Does what runs have decided to do outside: publishes their events and starts runs, each in the transaction that deletes the message, so
/// that a process that dies on the way loses nothing and does nothing twice.
/// </summary>
internal sealed partial class Outbox(DagEngine engine, IDefinitionStore store, EventTriggers triggers, ILogger<Outbox> logger)
{
    private const int PageSize = 500;
    private const int StartsAtOnce = 16;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource? _idle;
    private Task _loop = Task.CompletedTask;

    /// <summary>Begins, with what the process before left.</summary>
    public void Start()
    {
        _loop = LoopAsync();
        Wake();
    }

    /// <summary>Says that messages may wait.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        engine.Stir();
        _wakes.Writer.TryWrite(true);
    }

    /// <summary>Completes when all messages of this node that can be dealt with are.</summary>
    public Task IdleAsync()
    {
        lock (_gate)
        {
            return _idle?.Task ?? Task.CompletedTask;
        }
    }

    /// <summary>Takes no more messages and waits for those in hand; the rest stays for the next process.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        lock (_gate)
        {
            _idle?.TrySetResult();
            _idle = null;
        }
    }

    private async Task LoopAsync()
    {
        try
        {
            while (await _wakes.Reader.WaitToReadAsync(_stopping.Token))
            {
                await ProcessAllAsync();
            }
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // The service stops; what could not be dealt with any more is the next one's.
        }
    }

    private async Task ProcessAllAsync()
    {
        while (true)
        {
            // Whoever wakes it from here on is not forgotten.
            _wakes.Reader.TryRead(out _);
            try
            {
                if (await ProcessPageAsync() < PageSize && RestIfQuiet())
                {
                    return;
                }
            }
            catch (Exception e) when (!_stopping.IsCancellationRequested)
            {
                LogFailed(e, Pause.TotalSeconds);
                await Task.Delay(Pause, engine.Clock, _stopping.Token);
            }
        }
    }

    private bool RestIfQuiet()
    {
        lock (_gate)
        {
            if (_wakes.Reader.TryPeek(out _))
            {
                return false;
            }

            _idle?.TrySetResult();
            _idle = null;
            return true;
        }
    }

    // Events in their order, starts many at a time. What a burst says that is not over waits for its end, which wakes this again.
    private async Task<int> ProcessPageAsync()
    {
        var page = await engine.Log.ReadOutboxAsync(engine.Options.Node, PageSize, _stopping.Token);
        var ready = page.Where(m => m.RunId is null || engine.FindHeld(m.RunId) is not { IsInBurst: true }).ToList();
        var starts = Parallel.ForEachAsync(
            ready.Where(m => m.Kind == OutboxCodec.Start),
            new ParallelOptions { MaxDegreeOfParallelism = StartsAtOnce, CancellationToken = _stopping.Token },
            async (message, _) => await StartAsync(message));
        foreach (var message in ready.Where(m => m.Kind != OutboxCodec.Start))
        {
            _stopping.Token.ThrowIfCancellationRequested();
            await PublishAsync(message);
        }

        await starts;
        return ready.Count;
    }

    private async Task PublishAsync(StoredOutboxMessage message)
    {
        if (message.Kind != OutboxCodec.Event)
        {
            throw new InvalidDataException($"The outbox holds a message '{message.Kind}', which this version does not know. Use a newer version of the service.");
        }

        var (published, runId, traceParent) = OutboxCodec.ReadEvent(message.Payload);
        await engine.DeliverAsync(published, runId, message.Id, CancellationToken.None, traceParent);
    }

    // Not cancelled half-way: what is in hand when the service stops is brought to its end.
    private async Task StartAsync(StoredOutboxMessage message)
    {
        var order = OutboxCodec.ReadStart(message.Payload);
        try
        {
            var stored = await store.FindAsync(order.DefinitionVersionId, CancellationToken.None)
                ?? throw new DefinitionException([new DefinitionFault(order.DefinitionVersionId, "The version of the workflow is gone.", "Publish the workflow again.")]);
            await engine.StartRunAsync(
                new StartRequest
                {
                    Definition = DefinitionReader.Read(stored.Json),
                    RunId = order.RunId,
                    Input = await LoadAsync(order.Input),
                    CorrelationId = order.CorrelationId,
                    TriggerActivityId = order.TriggerActivityId,
                    TriggerOutputs = order.TriggerOutputs is null ? null : await LoadAsync(order.TriggerOutputs),
                    Mode = order.Mode,
                    TraceParent = order.TraceParent ?? (message.RunId is { } sender ? engine.FindHeld(sender)?.Span.TraceParent : null),
                    Parent = order.Parent,
                    FromOutbox = message.Id,
                },
                CancellationToken.None);
        }
        catch (StartRefusedException e)
        {
            LogRefused(e.Message);
            await engine.Log.CloseOutboxAsync(message.Id, null, CancellationToken.None);
        }
        catch (DefinitionException e)
        {
            LogCannotStart(e, order.DefinitionVersionId);
            await RefuseAsync(message.Id, order, e.Message);
        }
    }

    private async Task RefuseAsync(long id, StartOrder order, string error)
    {
        var told = order.Parent is { Reports: not ChildReports.None } parent
            ? new InboxMessage(parent.RunId, $"child:{order.RunId}", InboxCodec.ChildFailed, InboxCodec.WriteChildFailed(parent.Execution, error))
            : null;
        if (await engine.Log.CloseOutboxAsync(id, told, CancellationToken.None) && told is not null)
        {
            engine.Notify([told]);
        }
    }

    private async Task<IReadOnlyDictionary<string, object?>> LoadAsync(IReadOnlyDictionary<string, object?> values)
    {
        var loaded = new Dictionary<string, object?>();
        foreach (var (name, value) in values)
        {
            loaded[name] = await engine.Loader.LoadValueAsync(value, CancellationToken.None);
        }

        return loaded;
    }

    /// <summary>The starts that follow from an event.</summary>
    public async Task<IReadOnlyList<OutboxMessage>> StartsOfAsync(EventPublished published, string? traceParent, CancellationToken cancellationToken)
    {
        var starts = new List<OutboxMessage>();
        foreach (var trigger in await triggers.FindAsync(published.Name, cancellationToken))
        {
            starts.Add(OutboxCodec.Write(new StartOrder
            {
                DefinitionVersionId = trigger.DefinitionVersionId,
                CorrelationId = published.CorrelationId,
                TriggerActivityId = trigger.ActivityId,
                TriggerOutputs = new Dictionary<string, object?> { ["Result"] = published.Payload },
                TraceParent = traceParent,
            }));
        }

        return starts;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Not all that runs have sent could be dealt with; trying again in {Seconds} s.")]
    private partial void LogFailed(Exception exception, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An event starts no run: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Version {Version} cannot be started as was asked; nothing is.")]
    private partial void LogCannotStart(Exception exception, string version);
}
