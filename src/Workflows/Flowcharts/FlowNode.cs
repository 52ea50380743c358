using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Flowcharts;

/// <summary>Holds one activity.</summary>
[Activity("Elsa.FlowNode", Category = "Flow", DisplayName = "Container", Description = "Runs the activity that it holds: a container, such as a loop or a sequence, within a flowchart.")]
internal sealed class FlowNode : ControlActivity
{
    public override IReadOnlyList<string> EmbeddedPorts => ["body"];

    public override bool GoesStraightOn => true;

    public override ValueTask ExecuteAsync(Step step)
    {
        step.ScheduleOrComplete(step.Node.PortOrNull("body"));
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(Step step, Execution child, IReadOnlyList<string>? outcomes)
    {
        step.Complete();
        return ValueTask.CompletedTask;
    }
}
