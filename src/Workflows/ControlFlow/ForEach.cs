using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.ControlFlow;

/// <summary>Runs its body once for each item, one after the other.</summary>
[Activity("Elsa.ForEach", Category = "Looping", DisplayName = "For Each", Description = "Runs its body once for each item, one after the other. In the body the variables CurrentValue and CurrentIndex, from 0, are set.")]
internal sealed class ForEach() : ControlActivity(Items)
{
    private static readonly ControlInput<IReadOnlyList<object?>> Items = new("Items", "The items; default none.");

    public override IReadOnlyList<OutputDescriptor> Outputs { get; } = [new("CurrentValue", typeof(object), "The item that the body runs for.")];

    public override IReadOnlyList<string> EmbeddedPorts => ["body"];

    public override LoopRole LoopRole => LoopRole.Ends;

    public override bool GoesStraightOn => true;

    public override ValueTask ExecuteAsync(Step step)
    {
        Iterate(step, 0, step.Get(Items) ?? [], first: true);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(Step step, Execution child, IReadOnlyList<string>? outcomes)
    {
        if (step.IsBreaking)
        {
            step.Complete();
        }
        else
        {
            Iterate(step, step.Execution.Index + 1, (IReadOnlyList<object?>)step.State.Resolve(step.Execution.Items)!, first: false);
        }

        return ValueTask.CompletedTask;
    }

    private static void Iterate(Step step, long index, IReadOnlyList<object?> items, bool first)
    {
        if (index >= items.Count)
        {
            step.Complete();
            return;
        }

        var item = items[(int)index];
        step.SetOutput("CurrentValue", item);
        step.ScheduleOrComplete(step.Node.PortOrNull("body"), new("CurrentIndex", (int)index), new("CurrentValue", item));
        step.SetIndex(index, first ? items : null);
    }
}
