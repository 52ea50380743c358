using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Primitives;

/// <summary>Ends the whole run at once.</summary>
[Activity("Elsa.Finish", Category = "Primitives", Description = "Ends the whole run at once, as finished; what is still waiting is cancelled.")]
internal sealed class Finish : ControlActivity
{
    public override bool IsTerminal => true;

    public override ValueTask ExecuteAsync(Step step)
    {
        step.EndRun();
        step.Complete();
        return ValueTask.CompletedTask;
    }
}
