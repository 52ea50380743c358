using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.ControlFlow;

/// <summary>Runs its body while a condition holds.</summary>
[Activity("Elsa.While", Category = "Looping", Description = "Runs its body while a condition holds.")]
internal sealed class While() : ControlActivity(Condition)
{
    private static readonly ControlInput<bool> Condition = new("Condition", "The condition, evaluated before each round; default false.") { AutoEvaluate = false };

    public override IReadOnlyList<string> EmbeddedPorts => ["body"];

    public override LoopRole LoopRole => LoopRole.Ends;

    public override ValueTask ExecuteAsync(Step step) => IterateAsync(step);

    public override ValueTask ChildCompletedAsync(Step step, Execution child, IReadOnlyList<string>? outcomes) => IterateAsync(step);

    private static async ValueTask IterateAsync(Step step)
    {
        if (!step.IsBreaking && await step.EvaluateAsync(Condition))
        {
            step.ScheduleOrComplete(step.Node.PortOrNull("body"));
        }
        else
        {
            step.Complete();
        }
    }
}
