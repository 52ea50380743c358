using Dag.Workflows.Graph;
using Dag.Workflows.Hooks;
using Dag.Workflows.RunLog;
using Dag.Workflows.Runs;
using Dag.Workflows.Values;

namespace Dag.Workflows.Running;

/// <summary>
/// What lists and restarts need to know of a run without folding it: work, bookmarks and timers, kept in step with its events. Holds
/// only what is open, so each batch brings only what it changed.
/// </summary>
internal sealed class RunProjections(RunState state)
{
    private readonly Dictionary<long, WorkExecutionRow> _work = [];
    private readonly Dictionary<long, Bookmark> _waiting = [];
    private readonly Dictionary<long, WorkExecutionRow> _changedWork = [];
    private readonly Dictionary<long, DateTimeOffset> _timersSet = [];
    private readonly HashSet<long> _timersRemoved = [];
    private readonly Dictionary<long, Bookmark> _bookmarksAdded = [];
    private readonly HashSet<long> _bookmarksRemoved = [];
    private readonly Dictionary<long, HookRow> _hooksAdded = [];
    private readonly List<OutboxMessage> _outbox = [];
    private readonly Dictionary<long, int> _children = [];
    private readonly List<(long Execution, int Children)> _abandoned = [];

    /// <summary>Whether the events since the last take do something outside.</summary>
    public bool Sends => _outbox.Count > 0;

    /// <summary>Timers that the events since the last take have set.</summary>
    public IReadOnlyDictionary<long, DateTimeOffset> TimersSet => _timersSet;

    /// <summary>Executions whose timers are gone.</summary>
    public IReadOnlyCollection<long> TimersRemoved => _timersRemoved;

    /// <summary>Bookmarks that the events since the last take have made.</summary>
    public IReadOnlyDictionary<long, Bookmark> BookmarksAdded => _bookmarksAdded;

    /// <summary>Executions whose bookmarks are gone.</summary>
    public IReadOnlyCollection<long> BookmarksRemoved => _bookmarksRemoved;

    /// <summary>Whether a timer or a trigger is open that wakes the run without being told to.</summary>
    public bool CanWake => _waiting.Values.Any(b => b.DueAt is not null || b.IsListening);

    public IReadOnlyCollection<WorkExecutionRow> ChangedWork => _changedWork.Values;

    /// <summary>Starts from the state of a run that was loaded, and the rows that were stored of its work.</summary>
    public void Load(IReadOnlyList<WorkExecutionRow> work)
    {
        foreach (var row in work.Where(w => state.Find(w.ExecutionId) is not null))
        {
            _work[row.ExecutionId] = row;
        }

        foreach (var execution in state.Open.Where(e => e.Bookmark is not null))
        {
            _waiting[execution.Id] = execution.Bookmark!;
        }

        foreach (var execution in state.Open.Where(e => e.ChildRuns > 0))
        {
            _children[execution.Id] = execution.ChildRuns;
        }
    }

    /// <summary>Follows one event, which the state has folded.</summary>
    public void Follow(RunEvent e)
    {
        if (ExecutionEvent.ChangesOf(e) is { Outgoing.Length: > 0 } changes)
        {
            Send(((ExecutionEvent)e).Execution, changes.Outgoing);
        }

        switch (e)
        {
            case WorkQueued queued:
                Queue(queued);
                break;
            case AttemptStarted attempt:
                Change(attempt.Execution, w => w with { Status = "Running", Attempts = attempt.Attempt, StartedAt = w.StartedAt ?? attempt.At });
                break;
            case AttemptFailed attempt:
                Change(attempt.Execution, w => w with { Status = "Pending", Error = attempt.Error });
                Wait(attempt.Execution, new Bookmark("Retry", attempt.RetryAt));
                break;
            case RetryDue due:
                Unwait(due.Execution);
                break;
            case AttemptLost lost:
                Change(lost.Execution, w => w with { Status = "Pending", Error = "The process ended during the attempt." });
                break;
            case AttemptReturned returned:
                Change(returned.Execution, w => w with { Status = "Pending", Attempts = returned.Attempt - 1 });
                break;
            case ExecutionStarted { Bookmark: { } bookmark } started:
                Wait(started.Execution, bookmark);
                AddHook(started, bookmark);
                Cancel(started.Changes);
                break;
            case ExecutionStarted started:
                Cancel(started.Changes);
                break;
            case ExecutionCompleted completed:
                End(completed.Execution, "Completed", completed.At, null);
                Cancel(completed.Changes);
                UpstreamFail(completed.Changes, completed.At);
                break;
            case ExecutionFaulted faulted:
                End(faulted.Execution, "Faulted", faulted.At, faulted.Incident.Message);
                Cancel(faulted.Changes);
                UpstreamFail(faulted.Changes, faulted.At);
                break;
            case ExecutionFailed failed:
                End(failed.Execution, "Faulted", failed.At, null);
                Cancel(failed.Changes);
                UpstreamFail(failed.Changes, failed.At);
                break;
            case PortEntered entered:
                Cancel(entered.Changes);
                break;
            case ChildReported reported:
                Cancel(reported.Changes);
                break;
            case ExecutionCanceled canceled:
                End(canceled.Execution, "Canceled", canceled.At, null);
                break;
            case RunFinished finished:
                if (finished.SubStatus == RunSubStatus.Cancelled)
                {
                    _abandoned.AddRange(_children.Select(c => (c.Key, c.Value)));
                }

                EndAll(finished.At);
                break;
        }
    }

    /// <summary>What changed since the last call, for a batch.</summary>
    public RunBatch AddTo(RunBatch batch)
    {
        var filled = batch with
        {
            Work = _changedWork.Count == 0 ? [] : [.. _changedWork.Values],
            BookmarksAdded = [.. _bookmarksAdded.Select(b => new BookmarkRow(BookmarkId(b.Key), state.RunId, b.Key, b.Value.Stimulus, state.CorrelationId))],
            HooksAdded = _hooksAdded.Count == 0 ? [] : [.. _hooksAdded.Values],
            BookmarksRemoved = [.. _bookmarksRemoved.Select(BookmarkId)],
            TimersSet = [.. _timersSet.Select(t => new TimerRow(state.RunId, TimerKey(t.Key), t.Value))],
            TimersRemoved = [.. _timersRemoved.Select(TimerKey)],
            Outbox = _outbox.Count == 0 ? [] : [.. _outbox.Where(IsMeant)],
            OutboxDropped = _abandoned.Count == 0 ? [] : [.. _abandoned.Select(a => a.Execution)],
            Messages = _abandoned.Count == 0 ? batch.Messages : [.. batch.Messages, .. _abandoned.SelectMany(CancelChildren)],
        };
        return filled;
    }

    // A child that was cancelled in the batch that wanted it is not started.
    private bool IsMeant(OutboxMessage message) =>
        message.Kind != OutboxCodec.Start || _abandoned.TrueForAll(a => a.Execution != message.ExecutionId);

    private IEnumerable<InboxMessage> CancelChildren((long Execution, int Children) abandoned) =>
        from i in Enumerable.Range(0, abandoned.Children)
        let child = ChildStart.IdOf(state.RunId, state.Generation, abandoned.Execution, i)
        select new InboxMessage(child, InboxCodec.Cancel, InboxCodec.Cancel, InboxCodec.WriteCancel($"Run {state.RunId}, which waited for it, was cancelled."));

    private void Send(long execution, Outgoing[] outgoing)
    {
        foreach (var item in outgoing)
        {
            _outbox.Add(OutboxCodec.Write(state, execution, item));
            if (item is ChildStart { Reports: not ChildReports.None })
            {
                _children[execution] = _children.GetValueOrDefault(execution) + 1;
            }
        }
    }

    /// <summary>Forgets the changes, which have been stored.</summary>
    public void Clear()
    {
        _changedWork.Clear();
        _bookmarksAdded.Clear();
        _bookmarksRemoved.Clear();
        _hooksAdded.Clear();
        _timersSet.Clear();
        _timersRemoved.Clear();
        _outbox.Clear();
        _abandoned.Clear();
    }

    /// <summary>The open timers of the run.</summary>
    public IEnumerable<(long Execution, DateTimeOffset DueAt)> OpenTimers() =>
        _waiting.Where(w => w.Value.DueAt is not null).Select(w => (w.Key, w.Value.DueAt!.Value));

    private static string TimerKey(long execution) => execution.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private string BookmarkId(long execution) => $"{state.RunId}:{execution}";

    private void Queue(WorkQueued queued)
    {
        var execution = state.Find(queued.Execution);
        if (execution is null)
        {
            return;
        }

        _work[queued.Execution] = _changedWork[queued.Execution] = Row(queued.Execution, execution.Node, "Pending");
    }

    private void UpstreamFail(Changes? changes, DateTimeOffset at)
    {
        foreach (var failed in changes?.UpstreamFailed ?? [])
        {
            if (failed.Node.IsWork)
            {
                _changedWork[failed.Id] = Row(failed.Id, failed.Node, "UpstreamFailed") with { FinishedAt = at };
            }
        }
    }

    private WorkExecutionRow Row(long execution, Node node, string status) => new()
    {
        RunId = state.RunId,
        ExecutionId = execution,
        ActivityId = node.Id,
        NodeId = node.NodeId,
        Type = node.Type,
        Status = status,
        Attempts = 0,
    };

    private void Change(long execution, Func<WorkExecutionRow, WorkExecutionRow> change)
    {
        if (_work.TryGetValue(execution, out var row))
        {
            _work[execution] = _changedWork[execution] = change(row);
        }
    }

    private void End(long execution, string status, DateTimeOffset at, string? error)
    {
        if (_work.Remove(execution, out var row))
        {
            _changedWork[execution] = row with { Status = status, FinishedAt = at, Error = error };
        }

        _children.Remove(execution);
        Unwait(execution);
    }

    private void Cancel(Changes? changes)
    {
        if (changes is { Canceled.Length: > 0 })
        {
            foreach (var execution in changes.Canceled)
            {
                if (_children.TryGetValue(execution, out var children))
                {
                    _abandoned.Add((execution, children));
                }

                End(execution, "Canceled", state.UpdatedAt, null);
            }
        }
    }

    private void EndAll(DateTimeOffset at)
    {
        foreach (var execution in _work.Keys.ToArray())
        {
            End(execution, "Canceled", at, null);
        }

        foreach (var execution in _waiting.Keys.ToArray())
        {
            Unwait(execution);
        }
    }

    private void Wait(long execution, Bookmark bookmark)
    {
        _waiting[execution] = bookmark;
        _bookmarksAdded[execution] = bookmark;
        if (bookmark.DueAt is { } due)
        {
            _timersSet[execution] = due;
            _timersRemoved.Remove(execution);
        }
    }

    private void AddHook(ExecutionStarted started, Bookmark bookmark)
    {
        if (HttpEndpoint.IsWaiting(bookmark))
        {
            var inputs = started.Inputs.ToDictionary();
            _hooksAdded[started.Execution] = new HookRow(BookmarkId(started.Execution), HookSettings.Of(inputs).Route.Prefix, ValueCodec.Encode(inputs));
        }
    }

    private void Unwait(long execution)
    {
        if (!_waiting.Remove(execution, out var bookmark))
        {
            return;
        }

        _hooksAdded.Remove(execution);

        // What came and went within one batch was never stored.
        if (!_bookmarksAdded.Remove(execution))
        {
            _bookmarksRemoved.Add(execution);
        }

        if (bookmark.DueAt is not null && !_timersSet.Remove(execution))
        {
            _timersRemoved.Add(execution);
        }
    }
}
