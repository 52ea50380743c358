using Dag.Workflows.Activities;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;
using Dag.Workflows.Scheduling;

namespace Dag.Workflows.Timers;

/// <summary>Fires again and again after an interval.</summary>
[Activity("Elsa.Timer", Category = "Scheduling", Description = "Starts a run after each interval; inside a run, waits for the interval once. Intervals count from when the workflow was published; those that end while the service is down are made up for as customProperties.catchUp says: none (default), latest, all.")]
internal sealed class Timer() : TimerActivity(Interval)
{
    private static readonly ControlInput<TimeSpan> Interval = new("Interval", "The interval, as hh:mm:ss; default 1 minute.") { Default = TimeSpan.FromMinutes(1) };

    public override Timetable TimetableOf(Node node, DateTimeOffset publishedAt)
    {
        var interval = Constant(node, Interval);
        return IntervalTimetable.FaultOf(interval) is { } fault ? throw new FormatException(fault) : new IntervalTimetable(interval, publishedAt);
    }

    protected override DateTimeOffset? DueAt(Step step) => step.Now + step.Get(Interval);

    protected override DataInterval LastInterval(Step step) => new(step.Now - step.Get(Interval), step.Now);
}
