using Dag.Workflows.Activities;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;
using Dag.Workflows.Scheduling;

namespace Dag.Workflows.Timers;

/// <summary>Fires by a cron expression.</summary>
[Activity("Elsa.Cron", Category = "Scheduling", Description = "Starts runs by a cron expression; inside a run, waits for its next time once. Times that pass while the service is down are made up for as customProperties.catchUp says: none (default), latest, all.")]
internal sealed class Cron() : TimerActivity(CronExpression, TimeZone)
{
    private static readonly ControlInput<string> CronExpression = new("CronExpression", "Six fields (second minute hour day month weekday, as in Elsa), five (without seconds, as in crontab), or a macro such as @daily; needed.");
    private static readonly ControlInput<string> TimeZone = new("TimeZone", "The IANA name of the time zone; default UTC.");

    public override Timetable TimetableOf(Node node, DateTimeOffset publishedAt) => CronTimetable.Parse(Constant(node, CronExpression), Constant(node, TimeZone));

    protected override DateTimeOffset? DueAt(Step step) =>
        CronTimetable.Parse(step.Get(CronExpression), step.Get(TimeZone)).NextAfter(step.Now)
        ?? throw new FormatException($"The cron expression '{step.Get(CronExpression)}' never fires again.");

    protected override DataInterval LastInterval(Step step)
    {
        var timetable = CronTimetable.Parse(step.Get(CronExpression), step.Get(TimeZone));
        return timetable.IntervalOf(timetable.PreviousBefore(step.Now.AddTicks(1)) ?? step.Now);
    }
}
