using Dag.Workflows.Activities;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Flowcharts;

/// <summary>Runs activities along their connections.</summary>
[Activity("Elsa.Flowchart", Category = "Flow", Description = "Runs activities along their connections; branches are waited for where they meet.")]
internal sealed class FlowchartActivity : ControlActivity
{
    public override string ChildrenMember => "activities";

    public override bool IsBrowsable => false;

    public override object Compile(Node node, GraphCompiler compiler) =>
        new FlowchartShape(node, FlowchartShape.Edges(node, compiler.Connections(node), compiler.Faults));

    public override ValueTask ExecuteAsync(Step step)
    {
        var graph = ((FlowchartShape)step.Node.Compiled!).GraphFor(step.State.Start!.TriggerActivityId);
        step.DeclareVariables();
        if (graph.Start < 0)
        {
            step.Complete();
        }
        else
        {
            step.Schedule(step.Node.Children[graph.Start]);
        }

        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(Step step, Execution child, IReadOnlyList<string>? outcomes)
    {
        var flowchart = step.Execution;
        if (child.Node.Control?.IsTerminal == true)
        {
            step.Complete();
            return ValueTask.CompletedTask;
        }

        var planner = step.FlowPlanner;
        var error = planner.Plan(flowchart, child, outcomes, position => ModeOf(step, position), child.Node.Control is FlowJoin);
        step.Visit(planner.Visits);
        foreach (var (position, byBackwardEdge) in planner.Scheduled)
        {
            step.Schedule(flowchart.Node.Children[position], byBackwardEdge);
        }

        foreach (var canceled in planner.Canceled)
        {
            step.Cancel(canceled);
        }

        if (error is not null)
        {
            throw new InvalidOperationException(error);
        }

        if (planner.Scheduled.Count == 0 && !HasPendingWork(flowchart, planner.Canceled) && flowchart.FaultedChildren == 0)
        {
            step.Complete();
        }

        return ValueTask.CompletedTask;
    }

    // The child that has just completed is still counted as open.
    private static bool HasPendingWork(Execution flowchart, IReadOnlyList<Execution> canceled) =>
        flowchart.OpenChildren - flowchart.FaultedChildren - 1 - canceled.Count > 0 || flowchart.QueuedOrphans > 0;

    private static JoinMode ModeOf(Step step, int position)
    {
        var node = step.Node.Children[position];
        if (node.Control is not FlowJoin)
        {
            return JoinMode.WaitAllActive;
        }

        return node.Inputs[FlowJoin.Mode.Ordinal] is { } expression
            ? (JoinMode)(expression.Evaluate(step.State, step.Execution) ?? JoinMode.WaitAny)
            : JoinMode.WaitAny;
    }
}
