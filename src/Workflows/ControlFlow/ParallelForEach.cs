using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.ControlFlow;

/// <summary>Runs its body once for each item, all at once.</summary>
[Activity("Elsa.ParallelForEach", Category = "Looping", DisplayName = "Parallel For Each", Description = "Runs its body once for each item, all at once, and waits for all. In the body the variables CurrentValue and CurrentIndex, from 0, are set.")]
internal sealed class ParallelForEach() : ControlActivity(Items)
{
    // Typed object, as in Elsa: text stays text here, and text is no list.
    private static readonly ControlInput<object> Items = new("Items", "The items; default none. A text is no list: use a variable or a script.");

    public override IReadOnlyList<string> EmbeddedPorts => ["body"];

    public override bool GoesStraightOn => true;

    public override ValueTask ExecuteAsync(Step step)
    {
        var items = step.State.Resolve(step.Get(Items)) as IEnumerable<object?> ?? [];
        var body = step.Node.PortOrNull("body");
        var count = 0;
        foreach (var item in body is null ? [] : items)
        {
            step.Schedule(body!, variables: [new("CurrentValue", item), new("CurrentIndex", count)]);
            count++;
        }

        if (count == 0)
        {
            step.Complete();
        }

        step.SetIndex(count);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(Step step, Execution child, IReadOnlyList<string>? outcomes)
    {
        step.CountDown();
        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildFailedAsync(Step step, Execution child)
    {
        step.CountDown(failed: true);
        return ValueTask.CompletedTask;
    }
}
