using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Primitives;

/// <summary>Ends its flowchart or sequence.</summary>
[Activity("Elsa.End", Category = "Primitives", Description = "Ends the flowchart or sequence that it is in; the run goes on after that.")]
internal sealed class End : ControlActivity
{
    public override bool IsTerminal => true;

    public override ValueTask ExecuteAsync(Step step)
    {
        step.Complete();
        return ValueTask.CompletedTask;
    }
}
