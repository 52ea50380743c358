using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Flowcharts;

/// <summary>Marks where branches meet; the flowchart reads its mode.</summary>
[Activity("Elsa.FlowJoin", Category = "Branching", DisplayName = "Join", Description = "Merges branches: at the first that arrives, or when all have.")]
internal sealed class FlowJoin() : ControlActivity(Mode)
{
    public static readonly ControlInput<JoinMode> Mode = new("Mode", "WaitAny: at the first branch, the others are cancelled. WaitAll: when all have arrived. WaitAllActive: when all that were taken have. Default WaitAny.");

    public override ValueTask ExecuteAsync(Step step)
    {
        // An open flowchart cancels what still runs before the join when it hears of it; one that is over hears nothing any more.
        if (step.Execution.Parent is { IsOpen: false, Lingers: false, Flow: { } flow } over)
        {
            var ancestors = flow.Graph.AncestorsOf(step.Node.Position);
            for (var child = over.FirstChild; child is not null; child = child.NextSibling)
            {
                if (child.Status != ExecutionStatus.Pending && ancestors[child.Node.Position])
                {
                    step.Cancel(child);
                }
            }
        }

        step.Complete();
        return ValueTask.CompletedTask;
    }
}
