using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.ControlFlow;

/// <summary>Runs branches all at once.</summary>
[Activity("Elsa.Fork", Category = "Flow", Description = "Runs branches all at once and waits for all of them, or for the first.")]
internal sealed class Fork() : ControlActivity(JoinMode)
{
    private static readonly ControlInput<ForkJoinMode> JoinMode = new("JoinMode", "WaitAll waits for all branches, WaitAny for the first; default WaitAll.") { Wrapped = false };

    public override string ChildrenMember => "branches";

    public override bool IsBrowsable => false;

    public override LoopRole LoopRole => LoopRole.Passes;

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
        if (step.IsBreaking || step.BareInput(JoinMode) == ForkJoinMode.WaitAny)
        {
            step.Complete();
        }
        else
        {
            step.CountDown();
        }

        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildFailedAsync(Step step, Execution child)
    {
        step.CountDown(failed: true);
        return ValueTask.CompletedTask;
    }
}

/// <summary>What a fork waits for.</summary>
internal enum ForkJoinMode
{
    /// <summary>All branches.</summary>
    WaitAll,

    /// <summary>The first branch.</summary>
    WaitAny,
}
