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
        var planner = FlowPlanner.OfThread;
        if (child.Node.Control?.IsTerminal == true)
        {
            planner.PlanEnd(step.State, flowchart, child);
            Take(step, planner);
            step.Complete();
            return ValueTask.CompletedTask;
        }

        var error = planner.Plan(step.State, flowchart, child, outcomes);
        Take(step, planner);
        if (error is not null)
        {
            throw new InvalidOperationException(error);
        }

        if (planner.Scheduled.Count == 0 && IsOver(flowchart, child, planner.Canceled))
        {
            step.Complete();
        }

        return ValueTask.CompletedTask;
    }

    private static void Take(Step step, FlowPlanner planner)
    {
        step.Visit(planner.Visits);
        step.ExpectScheduled(planner.Scheduled.Count);
        foreach (var (position, byBackwardEdge) in planner.Scheduled)
        {
            step.Schedule(step.Node.Children[position], byBackwardEdge);
        }

        foreach (var canceled in planner.Canceled)
        {
            step.Cancel(canceled);
        }
    }

    // Nothing in it runs, is queued or has faulted. The child that has just completed is still
    // counted as open (and as queued, if it is over at once), and so are the cancelled.
    private static bool IsOver(Execution flowchart, Execution child, List<Execution> canceled)
    {
        var stillQueued = child is { Status: ExecutionStatus.Pending, IsOrphaned: true, IsAbandoned: false } ? 1 : 0;
        return flowchart.OpenChildren - 1 - canceled.Count <= 0 && flowchart.QueuedOrphans - stillQueued <= 0 && !HasQueued(child);
    }

    // What a container leaves in the queue when it completes still runs, and the flowchart waits for it.
    private static bool HasQueued(Execution container)
    {
        for (var child = container.FirstChild; child is not null; child = child.NextSibling)
        {
            if (child.Status == ExecutionStatus.Pending && !child.IsAbandoned)
            {
                return true;
            }
        }

        return false;
    }
}
