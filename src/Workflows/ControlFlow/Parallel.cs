using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.ControlFlow;

/// <summary>Runs activities all at once.</summary>
[Activity("Elsa.Parallel", Category = "Flow", Description = "Runs activities all at once and waits for all of them.")]
internal sealed class Parallel : ControlActivity
{
    public override string ChildrenMember => "activities";

    public override bool IsBrowsable => false;

    public override bool GoesStraightOn => true;

    public override ValueTask ExecuteAsync(Step step)
    {
        step.DeclareVariables();
        foreach (var child in step.Node.Children)
        {
            step.Schedule(child);
        }

        if (step.Node.Children.Count == 0)
        {
            step.Complete();
        }

        step.SetIndex(step.Node.Children.Count);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(Step step, Execution child, IReadOnlyList<string>? outcomes)
    {
        step.CountDown();
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildFailedAsync(Step step, Execution child)
    {
        step.CountDown(failed: true);
        return ValueTask.CompletedTask;
    }
}
