using Dag.Workflows.Activities;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;
using Dag.Workflows.Scheduling;

namespace Dag.Workflows.Timers;

/// <summary>Fires once, at a time.</summary>
[Activity("Elsa.StartAt", Category = "Scheduling", DisplayName = "Start At", Description = "Starts a run at a time, once ever (at once when it is past, also when it passed while the service was down); inside a run, waits until then.")]
internal sealed class StartAt() : TimerActivity(At)
{
    private static readonly ControlInput<DateTimeOffset> At = new("DateTime", "The time, in ISO 8601, such as 2026-12-24T18:00:00+01:00; UTC unless it says otherwise. Needed.");

    public override Timetable TimetableOf(Node node, DateTimeOffset publishedAt) => new OnceTimetable(Constant(node, At));

    protected override DateTimeOffset? DueAt(Step step) => step.Get(At);

    protected override DataInterval LastInterval(Step step) => new(step.Get(At), step.Get(At));
}
