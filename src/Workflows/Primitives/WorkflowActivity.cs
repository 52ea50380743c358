using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Primitives;

/// <summary>The workflow itself: the outermost container.</summary>
[Activity("Elsa.Workflow", Category = "Composition", Description = "The workflow itself.")]
internal sealed class WorkflowActivity : ControlActivity
{
    public override IReadOnlyList<string> EmbeddedPorts => ["root"];

    public override bool IsComposite => true;

    public override bool IsBrowsable => false;

    public override ValueTask ExecuteAsync(Step step)
    {
        step.DeclareVariables();
        step.ScheduleOrComplete(step.Node.PortOrNull("root"));
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(Step step, Execution child, IReadOnlyList<string>? outcomes)
    {
        step.Complete();
        return ValueTask.CompletedTask;
    }
}
