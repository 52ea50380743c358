using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Primitives;

/// <summary>Ends the loop that it is in.</summary>
[Activity("Elsa.Break", Category = "Looping", Description = "Ends the loop that it is in.")]
internal sealed class Break : ControlActivity
{
    public override bool IsTerminal => true;

    public override ValueTask ExecuteAsync(Step step)
    {
        step.Break();
        step.Complete();
        return ValueTask.CompletedTask;
    }
}
