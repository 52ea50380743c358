using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Primitives;

/// <summary>Gives the workflow an output.</summary>
[Activity("Elsa.SetOutput", Category = "Primitives", DisplayName = "Set Output", Description = "Gives the run one of the outputs that the workflow declares; whoever used or called the workflow gets it.")]
internal sealed class SetOutput() : ControlActivity(OutputName, OutputValue)
{
    private static readonly ControlInput<string> OutputName = new("OutputName", "The name of the output.") { Required = true, UIHint = UIHints.Output };
    private static readonly ControlInput<object> OutputValue = new("OutputValue", "The value.");

    public override bool GoesStraightOn => true;

    public override ValueTask ExecuteAsync(Step step)
    {
        step.SetWorkflowOutput(step.Get(OutputName) ?? throw new InvalidOperationException("No output is named. Set outputName."), step.Get(OutputValue));
        step.Complete();
        return ValueTask.CompletedTask;
    }
}
