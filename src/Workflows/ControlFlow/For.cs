using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.ControlFlow;

/// <summary>Runs its body once for each number of a range.</summary>
[Activity("Elsa.For", Category = "Looping", Description = "Runs its body once for each number from a start to an end. In the body the variable CurrentValue is set.")]
internal sealed class For() : ControlActivity(Start, End, StepSize, Inclusive)
{
    private static readonly ControlInput<int> Start = new("Start", "The first number; default 0.");
    private static readonly ControlInput<int> End = new("End", "The last number; default 0.");
    private static readonly ControlInput<int> StepSize = new("Step", "What is added each time; negative counts down. Default 1.") { Default = 1 };
    private static readonly ControlInput<bool> Inclusive = new("OuterBoundInclusive", "Whether the end itself is included; default true.") { Default = true };

    public override IReadOnlyList<OutputDescriptor> Outputs { get; } = [new("CurrentValue", typeof(int), "The number that the body runs for.")];

    public override IReadOnlyList<string> EmbeddedPorts => ["body"];

    public override LoopRole LoopRole => LoopRole.Ends;

    public override bool GoesStraightOn => true;

    public override ValueTask ExecuteAsync(Step step)
    {
        // Without a body it never completes, as in Elsa.
        if (step.Node.PortOrNull("body") is not null)
        {
            var range = new object?[] { step.Get(Start), step.Get(End), step.Get(StepSize), step.Get(Inclusive) };
            Iterate(step, step.Get(Start), range, first: true);
        }

        return ValueTask.CompletedTask;
    }

    public override ValueTask ChildCompletedAsync(Step step, Execution child, IReadOnlyList<string>? outcomes)
    {
        var range = (IReadOnlyList<object?>)step.Execution.Items!;
        Iterate(step, step.Execution.Index + (int)range[2]!, range, first: false);
        return ValueTask.CompletedTask;
    }

    private static void Iterate(Step step, long value, IReadOnlyList<object?> range, bool first)
    {
        var (end, up, inclusive) = ((int)range[1]!, (int)range[2]! >= 0, (bool)range[3]!);
        var goesOn = up ? (inclusive ? value <= end : value < end) : (inclusive ? value >= end : value > end);
        if (step.IsBreaking || !goesOn)
        {
            step.Complete();
            return;
        }

        step.SetOutput("CurrentValue", (int)value);
        step.Schedule(step.Node.PortOrNull("body")!, variables: [new("CurrentValue", (int)value)]);
        step.SetIndex(value, first ? range : null);
    }
}
