using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Primitives;

/// <summary>Gives the run a name.</summary>
[Activity("Elsa.SetName", Category = "Primitives", DisplayName = "Set Name", Description = "Gives the run a name, by which people find it in lists.")]
internal sealed class SetName() : ControlActivity(Value)
{
    private static readonly ControlInput<string> Value = new("Value", "The name.");

    public override bool GoesStraightOn => true;

    public override ValueTask ExecuteAsync(Step step)
    {
        step.SetName(step.Get(Value));
        step.Complete();
        return ValueTask.CompletedTask;
    }
}
