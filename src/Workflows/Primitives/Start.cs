using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Primitives;

/// <summary>Marks where a flowchart starts.</summary>
[Activity("Elsa.Start", Category = "Primitives", Description = "Marks where a flowchart starts; without it, it starts at an activity that no connection leads to.")]
internal sealed class Start : ControlActivity
{
    public override bool GoesStraightOn => true;

    public override ValueTask ExecuteAsync(Step step)
    {
        step.Complete();
        return ValueTask.CompletedTask;
    }
}
