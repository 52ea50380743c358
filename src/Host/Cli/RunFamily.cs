using Dag.Workflows.RunLog;
using Dag.Workflows.Running;

namespace Dag.Host.Cli;

/// <summary>The run that was asked for, with those that it leads to.</summary>
/// <param name="mainId">The run that was asked for.</param>
/// <param name="alone">Whether all runs of this process come from it.</param>
internal sealed class RunFamily(string mainId, bool alone)
{
    private readonly Dictionary<string, RunChanged?> _runs = new() { [mainId] = null };
    private readonly HashSet<string> _open = [mainId];
    private readonly HashSet<string> _moving = [mainId];

    /// <summary>The newest summary of the run that was asked for; null before the first.</summary>
    public RunSummary? Main { get; private set; }

    /// <summary>The runs that it led to, in the order in which they were seen.</summary>
    public IEnumerable<RunSummary> Others => _runs.Where(r => r.Key != mainId).Select(r => r.Value?.Run).OfType<RunSummary>();

    /// <summary>The runs that are not over.</summary>
    public IReadOnlyCollection<string> Open => _open;

    /// <summary>Whether one of them goes on by itself.</summary>
    public bool Moves => _moving.Count > 0;

    /// <summary>Whether a notice is about one of them.</summary>
    public bool Includes(RunNotice notice)
    {
        var run = notice.Run;
        if (_runs.ContainsKey(run.Id))
        {
            return true;
        }

        if (!alone && (run.ParentRunId is null || !_runs.ContainsKey(run.ParentRunId)))
        {
            return false;
        }

        _runs.Add(run.Id, null);
        _open.Add(run.Id);
        _moving.Add(run.Id);
        return true;
    }

    /// <summary>Follows how one of them stands.</summary>
    public void Follow(RunChanged changed)
    {
        var run = changed.Run;
        _runs[run.Id] = changed;
        Main = run.Id == mainId ? run : Main;
        if (run.FinishedAt is not null)
        {
            _open.Remove(run.Id);
        }

        if (run.FinishedAt is not null || changed is { Settled: true, CanWake: false })
        {
            _moving.Remove(run.Id);
        }
        else
        {
            _moving.Add(run.Id);
        }
    }
}
