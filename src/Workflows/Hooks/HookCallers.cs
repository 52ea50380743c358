using System.Collections.Concurrent;

namespace Dag.Workflows.Hooks;

/// <summary>Callers whose requests lie in the inboxes of runs that wait for them, until the runs read these.</summary>
internal sealed class HookCallers
{
    private readonly ConcurrentDictionary<HookWait, HookCaller> _callers = new();

    /// <summary>Keeps a caller for an execution that waits; false when one is kept already: its request was first.</summary>
    public bool TryAdd(HookWait wait, HookCaller caller) => _callers.TryAdd(wait, caller);

    /// <summary>The caller for an execution, who is then no longer kept; null when there is none.</summary>
    public HookCaller? Take(string runId, long execution) => _callers.TryRemove(new HookWait(runId, execution), out var caller) ? caller : null;

    /// <summary>All callers for a run, who are then no longer kept.</summary>
    public IReadOnlyList<HookCaller> TakeAll(string runId) =>
        _callers.IsEmpty ? [] : [.. _callers.Keys.Where(w => w.RunId == runId).Select(w => Take(runId, w.ExecutionId)).OfType<HookCaller>()];
}
