using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Primitives;

/// <summary>Writes a line.</summary>
[Activity("Elsa.WriteLine", Category = "Console", DisplayName = "Write Line", Description = "Writes a line to the run's output: to the console with dag run, and to the run's log.")]
internal sealed class WriteLine() : ControlActivity(Text)
{
    private static readonly ControlInput<string> Text = new("Text", "The line; default empty.");

    public override bool GoesStraightOn => true;

    public override ValueTask ExecuteAsync(Step step)
    {
        step.WriteLine(step.Get(Text) ?? "");
        step.Complete();
        return ValueTask.CompletedTask;
    }
}
