using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Composition;

/// <summary>
/// Runs a published workflow as a run of its own, and goes on when that is over; or, if it need not be, when it waits for the first time.
/// </summary>
[Activity("Elsa.ExecuteWorkflow", Category = "Composition", DisplayName = "Execute Workflow", Description = "Runs a published workflow as a run of its own, until it is over or waits.")]
internal sealed class ExecuteWorkflow() : ParentActivity(WorkflowDefinitionId, CorrelationId, Input, WaitForCompletion)
{
    private static readonly ControlInput<string> WorkflowDefinitionId = new("WorkflowDefinitionId", "The id (definitionId) of the workflow.") { Required = true, UIHint = UIHints.WorkflowDefinition };
    private static readonly ControlInput<string> CorrelationId = new("CorrelationId", "The correlation id of its run; default none.");
    private static readonly ControlInput<IReadOnlyDictionary<string, object?>> Input = new("Input", "Its inputs, by name; default none.");
    private static readonly ControlInput<bool> WaitForCompletion = new("WaitForCompletion", "Whether to wait until it is over; default false: only until it waits for the first time.");

    public override IReadOnlyList<OutputDescriptor> Outputs { get; } =
    [
        new("Result", typeof(object), "Its run: workflowInstanceId, status, subStatus and output. After a wait, only the output."),
    ];

    public override async ValueTask ExecuteAsync(Step step)
    {
        var version = await FindVersionAsync(step, step.Get(WorkflowDefinitionId));
        var child = Start(step, version, step.Get(Input), step.Get(CorrelationId), ChildReports.FirstWaitAndEnd);

        // Remembered until the child tells, when inputs are long gone.
        step.SetIndex(step.Get(WaitForCompletion) ? 1 : 0);
        step.Wait(WaitingFor(child));
    }

    public override void ChildReported(Step step, ChildReport report)
    {
        var waits = step.Execution.Index == 1;
        var isOver = report.SubStatus != RunSubStatus.Suspended;
        if (waits && !isOver)
        {
            return;
        }

        step.SetOutput("Result", step.Execution.IsBusy ? Describe(report, isOver) : report.Output);
        step.Complete();
    }

    private static Dictionary<string, object?> Describe(ChildReport report, bool isOver) => new()
    {
        ["workflowInstanceId"] = report.RunId,
        ["status"] = isOver ? "Finished" : "Running",
        ["subStatus"] = report.SubStatus.ToString(),
        ["output"] = report.Output,
    };
}
