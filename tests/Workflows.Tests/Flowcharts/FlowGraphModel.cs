namespace Dag.Workflows.Tests.Flowcharts;

/// <summary>
/// The slow, obvious reading of which connections of a flowchart are forward and which backward ones are valid: paths are looked for one by
/// one, nothing is remembered.
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

    public bool IsValidBackward((int Source, string? Port, int Target) edge) => PathsToStart([edge.Source]).All(path => path.Contains(edge.Target));

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

    private static bool HasPath(List<(int Source, int Target)> edges, int from, int to) =>
        from == to || edges.Where(e => e.Source == from).Any(e => HasPath(edges, e.Target, to));

    private IEnumerable<IReadOnlyList<int>> PathsToStart(IReadOnlyList<int> path)
    {
        if (path[^1] == _start)
        {
            return [path];
        }

        return Forward.Where(e => e.Target == path[^1] && !path.Contains(e.Source)).Select(e => e.Source).Distinct()
            .SelectMany(previous => PathsToStart([.. path, previous]));
    }
}
