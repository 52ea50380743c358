using Dag.Workflows.RunLog;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Running;

/// <summary>The traces of the runs that are looked at; those looked at last are kept, and only brought up to date when asked for again.</summary>
internal sealed class RunTraces(IRunLog log, RunLoader loader)
{
    private const int KeptRuns = 32;
    private const int KeptExecutions = 200_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new();

    /// <summary>Looks at a run as it is now; null when there is no such run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="look">Reads what it needs; the trace is not its own, and changes afterwards.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="InvalidDataException">The run's history is damaged.</exception>
    public async Task<T?> LookAsync<T>(string runId, Func<RunTrace, T?> look, CancellationToken cancellationToken)
        where T : class
    {
        var entry = EntryOf(runId);
        await entry.Gate.WaitAsync(cancellationToken);
        try
        {
            if (await log.FindRunAsync(runId, cancellationToken) is null)
            {
                Remove(entry);
                return null;
            }

            return look(await CatchUpAsync(entry, cancellationToken));
        }
        finally
        {
            entry.Gate.Release();
            Trim(entry);
        }
    }

    /// <summary>The value behind a reference to a blob; other values are themselves.</summary>
    public async Task<object?> ResolveAsync(object? value, CancellationToken cancellationToken) =>
        value is Values.BlobReference blob ? await loader.ReadValueAsync(blob.Hash, cancellationToken) : value;

    private async Task<RunTrace> CatchUpAsync(Entry entry, CancellationToken cancellationToken)
    {
        // Left out while it changes: one that could not follow its events to their end is of no use.
        var trace = entry.Trace;
        entry.Trace = null;
        await foreach (var batch in log.ReadBatchesAsync(entry.RunId, trace?.State.Sequence ?? 0, cancellationToken))
        {
            trace ??= new RunTrace(entry.RunId, await loader.GraphOfRunAsync(entry.RunId, batch, cancellationToken));
            trace.Append(EventReader.Read(batch.Events, trace.State.Graph));
        }

        return entry.Trace = trace ?? throw RunLoader.NoHistory(entry.RunId);
    }

    private Entry EntryOf(string runId)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(runId, out var node))
            {
                _byUse.Remove(node);
                _byUse.AddLast(node);
                return node.Value;
            }

            var entry = new Entry(runId);
            _entries[runId] = _byUse.AddLast(entry);
            return entry;
        }
    }

    private void Remove(Entry entry)
    {
        lock (_gate)
        {
            if (_entries.Remove(entry.RunId, out var node))
            {
                _byUse.Remove(node);
            }
        }
    }

    private void Trim(Entry entry)
    {
        lock (_gate)
        {
            entry.Executions = entry.Trace?.Executions.Count ?? 0;
            while (_byUse.Count > 1 && (_byUse.Count > KeptRuns || _byUse.Sum(e => e.Executions) > KeptExecutions))
            {
                _entries.Remove(_byUse.First!.Value.RunId);
                _byUse.RemoveFirst();
            }
        }
    }

    private sealed class Entry(string runId)
    {
        public string RunId { get; } = runId;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public RunTrace? Trace { get; set; }

        public int Executions { get; set; }
    }
}
