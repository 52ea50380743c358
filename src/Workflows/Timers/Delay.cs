using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Timers;

/// <summary>Waits for a time span.</summary>
[Activity("Elsa.Delay", Category = "Scheduling", Description = "Waits for a time span, also over restarts; a run that waits costs next to nothing.")]
internal sealed class Delay() : ControlActivity(TimeSpan)
{
    private static readonly ControlInput<TimeSpan> TimeSpan = new("TimeSpan", "How long, as hh:mm:ss; default 1 minute.") { Default = System.TimeSpan.FromMinutes(1) };

    // Always suspends, however short, as Elsa does.
    public override ValueTask ExecuteAsync(Step step)
    {
        step.Wait(new Bookmark("Delay", step.Now + step.Get(TimeSpan)));
        return ValueTask.CompletedTask;
    }
}
