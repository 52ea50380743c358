using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Flowcharts;

/// <summary>Takes several ways at once.</summary>
[Activity("Elsa.FlowFork", Category = "Branching", DisplayName = "Fork (flow)", Description = "Leaves by all of its branches at once.", Outcomes = [])]
internal sealed class FlowFork() : ControlActivity(Branches)
{
    private static readonly ControlInput<IReadOnlyList<string>> Branches = new("Branches", "The names of the branches, each a port; default Done.") { UIHint = UIHints.DynamicOutcomes };
    private static readonly string[] Done = ["Done"];

    public override ValueTask ExecuteAsync(Step step)
    {
        step.Complete(step.Get(Branches) ?? Done);
        return ValueTask.CompletedTask;
    }
}
