using Dag.Workflows.Graph;

namespace Dag.Workflows.Composition;

/// <summary>
/// Graphs that were compiled, by what they were compiled from. Those used last are kept, up to so many activities in all; of the others,
/// those that a run still holds, so that no two runs hold copies.
/// </summary>
/// <param name="keptNodes">How many activities the graphs that nobody holds may have together. Default 100,000, some 100 MB.</param>
internal sealed class GraphCache(int keptNodes = 100_000)
{
    private const int FewEntries = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<(Entry Entry, WorkflowGraph Graph)> _byUse = new();
    private int _nodes;
    private int _sweepAt = FewEntries;

    /// <summary>How many graphs it keeps, whether somebody holds them or not.</summary>
    public int KeptCount
    {
        get
        {
            lock (_gate)
            {
                return _byUse.Count;
            }
        }
    }

    /// <summary>The graph, if it is still there.</summary>
    public WorkflowGraph? Find(string key)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry) || !entry.Graph.TryGetTarget(out var graph))
            {
                return null;
            }

            Use(entry, graph);
            return graph;
        }
    }

    /// <summary>The graph, compiled if it is not there.</summary>
    public WorkflowGraph GetOrAdd(string key, Func<WorkflowGraph> compile)
    {
        if (Find(key) is { } known)
        {
            return known;
        }

        // Not under the lock: compiling a large one must keep no run from starting.
        var compiled = compile();
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var entry) && entry.Graph.TryGetTarget(out var other))
            {
                compiled = other;
            }
            else
            {
                entry = _entries[key] = new Entry(compiled);
            }

            Use(entry, compiled);
            Sweep();
            return compiled;
        }
    }

    private void Use(Entry entry, WorkflowGraph graph)
    {
        if (entry.Place is { List: not null } place)
        {
            _byUse.Remove(place);
        }
        else
        {
            _nodes += graph.Nodes.Count;
        }

        entry.Place = _byUse.AddLast((entry, graph));
        while (_nodes > keptNodes && _byUse.Count > 1)
        {
            var (oldest, dropped) = _byUse.First!.Value;
            _byUse.RemoveFirst();
            oldest.Place = null;
            _nodes -= dropped.Nodes.Count;
        }
    }

    // Forgets the keys of graphs that are gone, now and then.
    private void Sweep()
    {
        if (_entries.Count < _sweepAt)
        {
            return;
        }

        foreach (var (key, entry) in _entries)
        {
            if (!entry.Graph.TryGetTarget(out _))
            {
                _entries.Remove(key);
            }
        }

        _sweepAt = Math.Max(FewEntries, _entries.Count * 2);
    }

    private sealed class Entry(WorkflowGraph graph)
    {
        public WeakReference<WorkflowGraph> Graph { get; } = new(graph);

        public LinkedListNode<(Entry Entry, WorkflowGraph Graph)>? Place { get; set; }
    }
}
