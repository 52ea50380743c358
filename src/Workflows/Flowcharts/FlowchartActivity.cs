using Dag.Workflows.Activities;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Flowcharts;

/// <summary>Runs activities along their connections.</summary>
[Activity("Elsa.Flowchart", Category = "Flow", Description = "Runs activities along their connections, which connections lists; branches are waited for where they meet.")]
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
        var planner = FlowPlanner.For(step.Execution);
        string? error = null;
        if (child.Node.Control?.IsTerminal == true)
        {
            planner.PlanEnd(step, child);
        }
        else
        {
            error = planner.Plan(step, child, outcomes);
        }

        Take(step, planner);
        return error is null ? ValueTask.CompletedTask : throw new InvalidOperationException(error);
    }

    public override ValueTask ChildFailedAsync(Step step, Execution child)
    {
        var planner = FlowPlanner.For(step.Execution);
        planner.PlanFailure(step, child);
        Take(step, planner);
        return ValueTask.CompletedTask;
    }

    private static void Take(Step step, FlowPlanner planner)
    {
        planner.Record(step);
        foreach (var canceled in planner.Canceled)
        {
            step.Cancel(canceled);
        }

        if (planner.IsOverAhead && step.Execution.IsOpen)
        {
            step.CompleteAhead([.. planner.Scheduled.Select(s => step.Node.Children[s.Node])]);
            return;
        }

        step.ExpectScheduled(planner.Scheduled.Count);
        foreach (var (position, byBackwardEdge) in planner.Scheduled)
        {
            step.Schedule(step.Node.Children[position], byBackwardEdge);
        }

        foreach (var position in planner.UpstreamFailed)
        {
            step.UpstreamFail(step.Node.Children[position]);
        }

        if (planner.IsOver)
        {
            step.End(planner.Fails);
        }
    }
}
