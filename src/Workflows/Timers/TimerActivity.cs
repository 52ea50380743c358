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
    public const string ScheduledAt = "ScheduledAt";
    public const string IntervalStart = "IntervalStart";
    public const string IntervalEnd = "IntervalEnd";

    public override IReadOnlyList<OutputDescriptor> Outputs { get; } =
    [
        new(ScheduledAt, typeof(DateTimeOffset), "In the run that it started: the time that the run was due at, which is earlier than its start when it was missed."),
        new(IntervalStart, typeof(DateTimeOffset), "In the run that it started: where the data begin that the run is for, inclusive: the time of the firing before."),
        new(IntervalEnd, typeof(DateTimeOffset), "In the run that it started: where the data end, exclusive: the time of this firing."),
    ];

    /// <summary>The outputs of a firing.</summary>
    public static IReadOnlyDictionary<string, object?> OutputsOf(DateTimeOffset firing, DataInterval interval) => new Dictionary<string, object?>
    {
        [ScheduledAt] = firing,
        [IntervalStart] = interval.Start,
        [IntervalEnd] = interval.End,
    };

    /// <summary>When a trigger of this kind fires; its inputs must be constants.</summary>
    /// <exception cref="FormatException">The inputs make no timetable; the message says why.</exception>
    public abstract Timetable TimetableOf(Node node, DateTimeOffset publishedAt);

    /// <summary>When the execution is due.</summary>
    protected abstract DateTimeOffset? DueAt(Step step);

    /// <summary>What a run is for that was started by hand in the place of the trigger: the last interval that has ended.</summary>
    protected abstract DataInterval LastInterval(Step step);

    public override ValueTask ExecuteAsync(Step step)
    {
        if (step.State.Start!.TriggerActivityId == step.Node.Id)
        {
            Begin(step);
            return ValueTask.CompletedTask;
        }

        var due = DueAt(step);
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

    // Whoever starts a run by hand may say what it is for; a run of an earlier version of the service was told nothing.
    private void Begin(Step step)
    {
        var given = step.State.Start!.TriggerOutputs ?? new Dictionary<string, object?>();
        var last = LastInterval(step);
        foreach (var (name, value) in OutputsOf(last.End, last))
        {
            step.SetOutput(name, given.GetValueOrDefault(name) ?? value);
        }

        step.Complete();
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
