using Dag.Workflows.Definitions;
using Dag.Workflows.Graph;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Activities;

/// <summary>
/// An activity that decides inside a burst. One instance serves all runs: what differs between them is in the step. It may look at the
/// step's state but not change it: what it wants goes into the step, and becomes an event.
/// </summary>
internal abstract class ControlActivity
{
    protected ControlActivity(params ControlInput[] inputs)
    {
        Inputs = inputs;
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i].Ordinal = i;
        }
    }

    public IReadOnlyList<ControlInput> Inputs { get; }

    public virtual IReadOnlyList<OutputDescriptor> Outputs => [];

    /// <summary>The members that hold one embedded activity each.</summary>
    public virtual IReadOnlyList<string> EmbeddedPorts => [];

    /// <summary>Where <see cref="EmbeddedActivities"/> are found; null when there are none.</summary>
    public virtual PortCases? EmbeddedCases => null;

    /// <summary>The member that holds a list of activities; null when there is none.</summary>
    public virtual string? ChildrenMember => null;

    /// <summary>Whether its completion ends the flowchart or sequence that it is in.</summary>
    public virtual bool IsTerminal => false;

    /// <summary>
    /// Whether it completes at once and plainly, whatever comes: it neither waits nor decides what follows. One that holds others does so if
    /// all of them do.
    /// </summary>
    public virtual bool GoesStraightOn => false;

    /// <summary>Whether it takes in <see cref="Primitives.Break"/>.</summary>
    public virtual LoopRole LoopRole => LoopRole.None;

    /// <summary>Whether it is the boundary that <see cref="Primitives.Complete"/> completes.</summary>
    public virtual bool IsComposite => false;

    public virtual bool IsBrowsable => true;

    /// <summary>Prepares what the activity needs of its definition; returns it for <see cref="Node.Compiled"/>.</summary>
    public virtual object? Compile(Node node, GraphCompiler compiler) => null;

    /// <summary>Activities embedded deeper than in ports, such as those of a switch's cases.</summary>
    public virtual IEnumerable<ActivityDefinition> EmbeddedActivities(ActivityDefinition definition) => [];

    /// <summary>Executes; completes, schedules, waits, or does none of it and so stays open.</summary>
    public abstract ValueTask ExecuteAsync(Step step);

    /// <summary>A child has completed with these outcomes (null is the plain completion).</summary>
    public virtual ValueTask ChildCompletedAsync(Step step, Execution child, IReadOnlyList<string>? outcomes) => ValueTask.CompletedTask;

    /// <summary>A child has failed for good, under Dag.Propagate; by default the activity fails with it.</summary>
    public virtual ValueTask ChildFailedAsync(Step step, Execution child)
    {
        step.Fail();
        return ValueTask.CompletedTask;
    }
}

/// <summary>What an activity does when a descendant breaks.</summary>
internal enum LoopRole
{
    /// <summary>Nothing: the signal passes by.</summary>
    None,

    /// <summary>Remembers it, and lets it pass on to the loop.</summary>
    Passes,

    /// <summary>Is the loop that ends.</summary>
    Ends,
}
