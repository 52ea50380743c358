using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Composition;

/// <summary>
/// A workflow that is used as an activity. It runs in the run of the one that uses it, in a scope of its own whose variables are its
/// inputs and outputs; the outcomes that its Complete names are the activity's.
/// </summary>
internal sealed class WorkflowAsActivity : ControlActivity
{
    /// <summary>The port that holds the workflow.</summary>
    public const string Root = "Root";

    private WorkflowAsActivity()
    {
    }

    public static WorkflowAsActivity Instance { get; } = new();

    public override bool IsBrowsable => false;

    // Its inputs come first among its variables, in their order.
    public override ValueTask ExecuteAsync(Step step)
    {
        var inputs = step.Node.Descriptor.Inputs.Count;
        for (var i = 0; i < step.Node.Variables.Count; i++)
        {
            step.DeclareVariable(step.Node.Variables[i], i < inputs ? step.InputValue(i) : null);
        }

        step.ScheduleOrComplete(step.Node.PortOrNull(Root));
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(Step step, Execution child, IReadOnlyList<string>? outcomes)
    {
        foreach (var output in step.Node.Descriptor.Outputs)
        {
            if (step.Execution.OwnVariable(output.Name)?.Value is { } value)
            {
                step.SetOutput(output.Name, value);
            }
        }

        step.Complete(outcomes);
        return ValueTask.CompletedTask;
    }
}
