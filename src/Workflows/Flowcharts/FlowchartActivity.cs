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

    public override bool GoesStraightOn => true;

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

    public override ValueTask ChildCompletedAsync(Step step, Execution child, IReadOnlyList<string>? outcomes) =>
        FollowAsync(step, child, outcomes, hasFailed: false);

    public override ValueTask ChildFailedAsync(Step step, Execution child) => FollowAsync(step, child, null, hasFailed: true);

    private static ValueTask FollowAsync(Step step, Execution child, IReadOnlyList<string>? outcomes, bool hasFailed)
    {
        var planner = FlowPlanner.For(step.Execution);
        var error = Plan(planner, step, child, outcomes, hasFailed, null);
        if (planner.JoinInQuestion is not null)
        {
            return FollowWithScriptsAsync(step, child, outcomes, hasFailed, planner.JoinInQuestion);
        }

        Take(step, planner);
        return error is null ? ValueTask.CompletedTask : throw new InvalidOperationException(error);
    }

    // A plan that came upon a join whose mode a script says is made again once it has said it: planning changes nothing.
    private static async ValueTask FollowWithScriptsAsync(
        Step step, Execution child, IReadOnlyList<string>? outcomes, bool hasFailed, Node join)
    {
        var modes = new Dictionary<Node, JoinMode>();
        while (true)
        {
            var value = await step.EvaluateAsync(join.Inputs[FlowJoin.Mode.Ordinal]!, FlowJoin.Mode.Descriptor.Name);
            modes[join] = (JoinMode)(value ?? JoinMode.WaitAny);
            var planner = FlowPlanner.For(step.Execution);
            var error = Plan(planner, step, child, outcomes, hasFailed, modes);
            if (planner.JoinInQuestion is { } next)
            {
                join = next;
                continue;
            }

            Take(step, planner);
            if (error is not null)
            {
                throw new InvalidOperationException(error);
            }

            return;
        }
    }

    private static string? Plan(
        FlowPlanner planner, Step step, Execution child, IReadOnlyList<string>? outcomes, bool hasFailed, IReadOnlyDictionary<Node, JoinMode>? modes)
    {
        planner.KnownModes = modes;
        if (hasFailed)
        {
            planner.PlanFailure(step, child);
        }
        else if (child.Node.Control?.IsTerminal == true)
        {
            planner.PlanEnd(step, child);
        }
        else
        {
            return planner.Plan(step, child, outcomes);
        }

        return null;
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
