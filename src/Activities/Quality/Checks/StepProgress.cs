using Dag.Workflows.Activities;

namespace Dag.Activities.Quality;

/// <summary>The progress of work that is several statements, of which each counts the same.</summary>
/// <param name="steps">How many statements.</param>
/// <param name="report">Hears each report.</param>
/// <param name="message">What is being done.</param>
internal sealed class StepProgress(int steps, Action<WorkProgress> report, string message)
{
    private int _done;

    /// <summary>The next statement begins.</summary>
    public void Next() => Interlocked.Increment(ref _done);

    /// <summary>How far the running statement is, 0 to 1.</summary>
    public void Report(double fraction) => report(new WorkProgress(Math.Min((Volatile.Read(ref _done) + fraction) / steps, 1), message));
}
