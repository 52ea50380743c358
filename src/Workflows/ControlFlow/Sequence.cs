using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.ControlFlow;

/// <summary>Runs activities one after the other.</summary>
[Activity("Elsa.Sequence", Category = "Flow", Description = "Runs activities one after the other.")]
internal sealed class Sequence : ControlActivity
{
    public override string ChildrenMember => "activities";

    public override LoopRole LoopRole => LoopRole.Passes;

    public override bool IsBrowsable => false;

    public override bool GoesStraightOn => true;

    public override ValueTask ExecuteAsync(Step step)
    {
        step.DeclareVariables();
        Next(step, 0);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(Step step, Execution child, IReadOnlyList<string>? outcomes)
    {
        if (step.IsBreaking || child.Node.Control?.IsTerminal == true)
        {
            step.Complete();
        }
        else
        {
            Next(step, step.Execution.Index + 1);
        }

        return ValueTask.CompletedTask;
    }

    private static void Next(Step step, long index)
    {
        step.ScheduleOrComplete(index < step.Node.Children.Count ? step.Node.Children[(int)index] : null);
        step.SetIndex(index);
    }
}
