using Dag.Workflows.RunLog;
using Dag.Workflows.Runs;
using Dag.Workflows.Scheduling;
using Dag.Workflows.Storage;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Running;

/// <summary>Storing what was decided, and doing it afterwards.</summary>
internal sealed partial class ActiveRun
{
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);

    // False when the run is no longer this node's.
    private async ValueTask<bool> StoreAsync(bool settled)
    {
        var events = _burst.Events;
        if (events.Count == 0)
        {
            await ActAsync([], settled);
            return true;
        }

        _engine.Metrics.Decided(_engine.Clock.GetElapsedTime(_decidingSince));
        for (var i = 0; i < events.Count; i++)
        {
            _projections.Follow(events[i]);
        }

        var batch = CreateBatch(events, settled);
        var outcome = await AppendAsync(batch);
        IsInBurst = !settled;
        _created.TrySetResult(outcome);
        if (outcome != AppendOutcome.Appended)
        {
            if (outcome == AppendOutcome.Superseded)
            {
                LogSuperseded(State.RunId, Epoch);
            }

            Release();
            return false;
        }

        _stored = State.Sequence;
        _frozen = [];
        _ledgerKeys = [];
        _start = null;
        _usedInbox.Clear();
        _engine.Metrics.Count(events, State);
        await ActAsync(events, settled);
        _engine.Notify(batch.Messages);
        _projections.Clear();
        _burst.ClearEvents();
        await SnapshotAsync();
        _decidingSince = _engine.Clock.GetTimestamp();
        return true;
    }

    private RunBatch CreateBatch(IReadOnlyList<RunEvent> events, bool settled)
    {
        var report = ReportToParent(settled);
        var blobs = State.Values.TakeNew().Select(b => new Blob(b.Hash, b.Content)).ToList();
        blobs.AddRange(_frozen);
        return _projections.AddTo(new RunBatch
        {
            RunId = State.RunId,
            Node = _engine.Options.Node,
            Epoch = Epoch,
            LeaseDuration = _engine.Options.LeaseDuration,
            FirstSequence = _stored + 1,
            EventCount = events.Count,
            Events = _engine.Encode(events),
            Summary = RunSummaries.Of(State),
            UsedInbox = _usedInbox.Count == 0 ? [] : [.. _usedInbox],
            LedgerKeys = _ledgerKeys,
            FromOutbox = _start?.FromOutbox,
            Activation = _start?.Activation,
            Blobs = blobs,
            Messages = report is null ? [] : [report],
        });
    }

    // In the batch in which the run ends, or in which it waits for the first time; a second telling is dropped by its key.
    private InboxMessage? ReportToParent(bool settled)
    {
        if (State.Start!.Parent is not { Reports: not ChildReports.None } parent)
        {
            return null;
        }

        var waits = settled && !_toldParent && parent.Reports == ChildReports.FirstWaitAndEnd && State.SubStatus == RunSubStatus.Suspended;
        if (!State.IsFinished && !waits)
        {
            return null;
        }

        _toldParent = true;
        return new InboxMessage(
            parent.RunId,
            waits ? $"child:{State.RunId}:waits" : $"child:{State.RunId}",
            InboxCodec.Child,
            InboxCodec.WriteChild(parent.Execution, new ChildReport(State.RunId, State.SubStatus, State.Outputs)));
    }

    // What is decided is kept in memory until it can be stored: a full disk stops admission, not the process.
    private async Task<AppendOutcome> AppendAsync(RunBatch batch)
    {
        for (var wait = TimeSpan.FromMilliseconds(250); ; wait = wait * 2 < LongestRetry ? wait * 2 : LongestRetry)
        {
            try
            {
                return await _engine.Log.AppendAsync(batch, _engine.Stopping);
            }
            catch (MetadataUnavailableException e) when (_stored > 0)
            {
                LogCannotStore(e, State.RunId, wait.TotalSeconds);
                await Task.Delay(wait, _engine.Clock, _engine.Stopping);
            }
        }
    }

    // After the commit: the world may see it.
    private async ValueTask ActAsync(IReadOnlyList<RunEvent> events, bool settled)
    {
        AnswerCaller(settled);
        foreach (var execution in _projections.TimersRemoved)
        {
            await _engine.RemoveTimerAsync(State.RunId, execution);
        }

        foreach (var (execution, due) in _projections.TimersSet)
        {
            await _engine.SetTimerAsync(State.RunId, execution, due);
        }

        if (_projections.Sends || settled && _sent)
        {
            _sent = !settled;
            _engine.Outbox.Wake();
        }

        Listen();
        CancelWork(events);
        Dispatch();
        if (_engine.Feed.HasListeners)
        {
            TellFeed(events, settled);
        }
    }

    private void Listen()
    {
        foreach (var execution in _projections.BookmarksRemoved)
        {
            _engine.Listeners.Stop(State.RunId, execution);
        }

        foreach (var (execution, bookmark) in _projections.BookmarksAdded)
        {
            if (bookmark.IsListening && State.Find(execution) is { } waiting)
            {
                _engine.Listeners.Start(this, waiting);
            }
        }
    }

    // Slots that are free and that nobody else waits for are taken before the commit, so that queueing a work and starting it are one.
    private void TakeSlots()
    {
        if (WaitingWork == 0)
        {
            return;
        }

        var promised = 0;
        foreach (var (grant, _) in _granted)
        {
            promised += grant.Count;
        }

        if (_engine.Dispatcher.TryTake(State.RunId, WaitingWork + promised) is { } taken)
        {
            StartAttempts(taken);
        }
    }

    private void Dispatch()
    {
        foreach (var (grant, executions) in _granted)
        {
            var items = new WorkItem[executions.Count];
            for (var i = 0; i < items.Length; i++)
            {
                items[i] = _engine.Attempts.Prepare(this, executions[i]);
            }

            _engine.Dispatcher.Answer(grant, items, WaitingWork);
        }

        if (_granted.Count == 0 && State.QueuedWorkCount > 0 || State.IsFinished)
        {
            _engine.Dispatcher.Offer(State.RunId, WaitingWork);
        }

        _granted.Clear();
    }

    private void CancelWork(IReadOnlyList<RunEvent> events)
    {
        if (State.IsFinished)
        {
            _engine.Dispatcher.Cancel(State.RunId);
            return;
        }

        for (var i = 0; i < events.Count; i++)
        {
            if ((events[i] as ExecutionCompleted)?.Changes is { Canceled.Length: > 0 } changes)
            {
                foreach (var execution in changes.Canceled)
                {
                    _engine.Dispatcher.Cancel(State.RunId, AttemptRunner.KeyOf(execution));
                }
            }
        }
    }

    private void TellFeed(IReadOnlyList<RunEvent> events, bool settled)
    {
        var summary = RunSummaries.Of(State);
        foreach (var e in events)
        {
            var changes = RunReport.ChangesOf(e);
            if (changes?.Line is { } line)
            {
                _engine.Feed.Tell(new LineWritten(line) { Run = summary });
            }
        }

        var outputs = events.OfType<ExecutionCompleted>().Where(e => e.Outputs.Count > 0).ToDictionary(e => e.Execution, e => e.Outputs);
        foreach (var work in _projections.ChangedWork)
        {
            _engine.Feed.Tell(new WorkChanged(work) { Run = summary, Outputs = outputs.GetValueOrDefault(work.ExecutionId) ?? [] });
        }

        _engine.Feed.Tell(new RunChanged { Run = summary, Settled = settled, CanWake = State.OpenWork > 0 || _projections.CanWake });
    }

    private async ValueTask SnapshotAsync()
    {
        // As many events as there are open executions at the least: then a snapshot adds no more to an event than a few of them.
        if (!State.IsFinished && State.Sequence - _snapshotAt >= Math.Max(_engine.Options.EventsPerSnapshot, State.Open.Count))
        {
            _snapshotAt = State.Sequence;
            await _engine.Log.WriteSnapshotAsync(State.RunId, new StoredSnapshot(State.Sequence, RunSnapshot.Write(State)), _engine.Stopping);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {RunId} is held by another node since epoch {Epoch} expired; this node lets go of it.")]
    private partial void LogSuperseded(string runId, long epoch);

    [LoggerMessage(Level = LogLevel.Error, Message = "What run {RunId} decided cannot be stored. Nothing of it is shown to the world; trying again in {Seconds} s.")]
    private partial void LogCannotStore(Exception exception, string runId, double seconds);
}
