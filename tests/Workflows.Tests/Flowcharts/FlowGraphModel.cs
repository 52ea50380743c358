namespace Dag.Workflows.Tests.Flowcharts;

/// <summary>
/// The slow, obvious reading of which connections of a flowchart are forward and which backward ones are valid: what can be reached is looked
/// for anew each time, nothing is remembered.
/// </summary>
internal sealed class FlowGraphModel
{
    private readonly IReadOnlyList<(int Source, string? Port, int Target)> _edges;
    private readonly int _start;

    public FlowGraphModel(IReadOnlyList<(int Source, string? Port, int Target)> edges, int start)
    {
        _edges = [.. edges.Distinct()];
        _start = start;
        Forward = FindForward();
    }

    /// <summary>All connections, duplicates collapsed.</summary>
    public IReadOnlyList<(int Source, string? Port, int Target)> Edges => _edges;

    public IReadOnlyList<(int Source, string? Port, int Target)> Forward { get; }

    /// <summary>The activity where a run begins: a start activity is not generated, so the first that nothing enters, else the first.</summary>
    public static int StartOf(int count, IReadOnlyList<(int Source, string? Port, int Target)> edges)
    {
        var first = Enumerable.Range(0, count).Cast<int?>().FirstOrDefault(n => !edges.Any(e => e.Target == n));
        return first ?? (count > 0 ? 0 : -1);
    }

    /// <summary>Whether no forward path leads from the start to the edge's source without passing its target.</summary>
    public bool IsValidBackward((int Source, string? Port, int Target) edge) => edge.Source == edge.Target || edge.Target == _start
        || !HasPath(Forward.Where(e => e.Source != edge.Target).Select(e => (e.Source, e.Target)), _start, edge.Source);

    public HashSet<int> AncestorsOf(int node)
    {
        var found = new HashSet<int>();
        while (_edges.Where(e => Forward.Contains(e)).Any(e => (e.Target == node || found.Contains(e.Target)) && found.Add(e.Source)))
        {
        }

        return found;
    }

    public bool IsInLoop(int node)
    {
        var reached = new HashSet<int>();
        while (_edges.Any(e => (e.Source == node || reached.Contains(e.Source)) && reached.Add(e.Target)))
        {
        }

        return reached.Contains(node);
    }

    private List<(int, string?, int)> FindForward()
    {
        var kept = new List<(int Source, int Target)>();
        var queue = new Queue<int>([_start]);
        var visited = new HashSet<int>();
        while (queue.TryDequeue(out var source))
        {
            visited.Add(source);
            foreach (var (_, _, target) in _edges.Where(e => e.Source == source))
            {
                if (kept.Contains((source, target)) || HasPath(kept, target, source))
                {
                    continue;
                }

                kept.Add((source, target));
                if (!visited.Contains(target))
                {
                    queue.Enqueue(target);
                }
            }
        }

        return [.. _edges.Where(e => kept.Contains((e.Source, e.Target)))];
    }

    private static bool HasPath(IEnumerable<(int Source, int Target)> edges, int from, int to)
    {
        var reached = new HashSet<int> { from };
        while (edges.Any(e => reached.Contains(e.Source) && reached.Add(e.Target)))
        {
        }

        return reached.Contains(to);
    }
}
