using Dag.Workflows.Activities;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;
using Dag.Workflows.Scheduling;

namespace Dag.Workflows.Timers;

/// <summary>
/// An activity that waits for a time. As a trigger its timetable starts runs; in the run that it started it completes at once;
/// elsewhere in a run it waits for the next time once.
/// </summary>
internal abstract class TimerActivity(params ControlInput[] inputs) : ControlActivity(inputs)
{
    /// <summary>When a trigger of this kind fires; its inputs must be constants.</summary>
    /// <exception cref="FormatException">The inputs make no timetable; the message says why.</exception>
    public abstract Timetable TimetableOf(Node node, DateTimeOffset publishedAt);

    /// <summary>When the execution is due.</summary>
    protected abstract DateTimeOffset? DueAt(Step step);

    public override ValueTask ExecuteAsync(Step step)
    {
        var due = step.State.Start!.TriggerActivityId == step.Node.Id ? null : DueAt(step);
        if (due > step.Now)
        {
            step.Wait(new Bookmark(step.Node.Type[(step.Node.Type.LastIndexOf('.') + 1)..], due));
        }
        else
        {
            step.Complete();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>A constant input of a trigger.</summary>
    protected static T? Constant<T>(Node node, ControlInput<T> input)
    {
        switch (node.Inputs[input.Ordinal])
        {
            case null:
                return input.Default;
            case Expressions.ConstantExpression { Error: null } constant:
                return (T?)constant.Value;
            case Expressions.ConstantExpression constant:
                throw new FormatException($"{input.Descriptor.Name}: {constant.Error}");
            default:
                throw new FormatException($"{input.Descriptor.Name} must be a literal: there is no run yet whose variables it could read.");
        }
    }
}
