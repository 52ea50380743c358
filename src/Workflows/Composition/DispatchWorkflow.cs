using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Composition;

/// <summary>Starts a published workflow as a run of its own, and goes on at once or when that is over.</summary>
[Activity("Elsa.DispatchWorkflow", Category = "Composition", DisplayName = "Dispatch Workflow", Description = "Starts a published workflow as a run of its own, and waits for its end if asked to.")]
internal sealed class DispatchWorkflow() : ParentActivity(WorkflowDefinitionId, CorrelationId, Input, WaitForCompletion, StartNewTrace, ChannelName)
{
    private static readonly ControlInput<string> WorkflowDefinitionId = new("WorkflowDefinitionId", "The id (definitionId) of the workflow.") { Required = true, UIHint = UIHints.WorkflowDefinition };
    private static readonly ControlInput<string> CorrelationId = new("CorrelationId", "The correlation id of its run; default none.");
    private static readonly ControlInput<IReadOnlyDictionary<string, object?>> Input = new("Input", "Its inputs, by name; default none.");
    private static readonly ControlInput<bool> WaitForCompletion = new("WaitForCompletion", "Whether to wait until it is over; default false.");
    private static readonly ControlInput<bool> StartNewTrace = new("StartNewTrace", "Known from Elsa; every run has a trace of its own here.");
    private static readonly ControlInput<string> ChannelName = new("ChannelName", "Known from Elsa; there is one channel here.");

    public override IReadOnlyList<OutputDescriptor> Outputs { get; } = [new("Result", typeof(object), "The output of its run, when this waits for it.")];

    public override async ValueTask ExecuteAsync(Step step)
    {
        var version = await FindVersionAsync(step, step.Get(WorkflowDefinitionId));
        var waits = step.Get(WaitForCompletion);
        var child = Start(step, version, step.Get(Input), step.Get(CorrelationId), waits ? ChildReports.End : ChildReports.None);
        if (waits)
        {
            step.Wait(WaitingFor(child));
        }
        else
        {
            step.Complete();
        }
    }

    public override void ChildReported(Step step, ChildReport report)
    {
        step.SetOutput("Result", report.Output);
        step.Complete();
    }
}
