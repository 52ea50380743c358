using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.ControlFlow;

/// <summary>Runs one of two activities.</summary>
[Activity("Elsa.If", Category = "Branching", Description = "Runs the activity in then if a condition holds, else the one in else.")]
internal sealed class If() : ControlActivity(Condition)
{
    private static readonly ControlInput<bool> Condition = new("Condition", "The condition; default false.");

    public override IReadOnlyList<OutputDescriptor> Outputs { get; } = [new("Result", typeof(bool), "The value of the condition.")];

    public override IReadOnlyList<string> EmbeddedPorts => ["then", "else"];

    public override bool GoesStraightOn => true;

    public override ValueTask ExecuteAsync(Step step)
    {
        var condition = step.Get(Condition);
        step.SetOutput("Result", condition);
        step.ScheduleOrComplete(step.Node.PortOrNull(condition ? "then" : "else"));
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(Step step, Execution child, IReadOnlyList<string>? outcomes)
    {
        step.Complete();
        return ValueTask.CompletedTask;
    }
}
