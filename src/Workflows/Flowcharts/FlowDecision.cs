using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Flowcharts;

/// <summary>Takes one of two ways.</summary>
[Activity("Elsa.FlowDecision", Category = "Branching", DisplayName = "Decision", Description = "Evaluates a condition and leaves by True or False.", Outcomes = ["True", "False"])]
internal sealed class FlowDecision() : ControlActivity(Condition)
{
    private static readonly ControlInput<bool> Condition = new("Condition", "The condition; default false.");
    private static readonly string[] True = ["True"];
    private static readonly string[] False = ["False"];

    public override ValueTask ExecuteAsync(Step step)
    {
        step.Complete(step.Get(Condition) ? True : False);
        return ValueTask.CompletedTask;
    }
}
