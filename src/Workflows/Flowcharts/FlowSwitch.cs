using Dag.Workflows.Activities;
using Dag.Workflows.ControlFlow;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Flowcharts;

/// <summary>Takes the ways whose conditions hold.</summary>
[Activity("Elsa.FlowSwitch", Category = "Branching", DisplayName = "Switch (flow)", Description = "Evaluates the conditions of its cases and leaves by the label of the first that holds, of all that hold, or by Default.", Outcomes = ["Default"])]
internal sealed class FlowSwitch() : ControlActivity(Cases, Mode)
{
    private static readonly ControlInput<object> Cases = new("Cases", "The cases, each {\"label\", \"condition\": {\"type\", \"value\"}}; a label is the name of a port.") { Wrapped = false, AutoEvaluate = false, UIHint = UIHints.FlowSwitch };
    private static readonly ControlInput<SwitchMode> Mode = new("Mode", "Whether the first case that holds counts, or all; default MatchFirst.");
    private static readonly string[] Default = ["Default"];

    public override object Compile(Node node, GraphCompiler compiler) => SwitchCase.Compile(node, compiler);

    public override async ValueTask ExecuteAsync(Step step)
    {
        var matching = await SwitchCase.MatchAsync(step, step.Get(Mode));
        step.Complete(matching.Count == 0 ? Default : [.. matching.Select(c => c.Label)]);
    }
}
