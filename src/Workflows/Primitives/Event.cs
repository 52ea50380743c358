using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Primitives;

/// <summary>Waits for an event by name.</summary>
[Activity("Elsa.Event", Category = "Primitives", Description = "Waits for an event by name; as a trigger, the event starts a run.")]
internal sealed class Event() : ControlActivity(EventName)
{
    private static readonly ControlInput<string> EventName = new("EventName", "The name of the event; the case of letters counts.") { Required = true };

    public override IReadOnlyList<OutputDescriptor> Outputs { get; } = [new("Result", typeof(object), "What the event carried.")];

    public override ValueTask ExecuteAsync(Step step)
    {
        if (step.State.Start!.TriggerActivityId == step.Node.Id)
        {
            step.SetOutput("Result", step.State.Start.TriggerOutputs?.GetValueOrDefault("Result"));
            step.Complete();
            return ValueTask.CompletedTask;
        }

        step.Wait(new Bookmark(StimulusOf(step.Get(EventName) ?? ""), null));
        return ValueTask.CompletedTask;
    }

    /// <summary>The stimulus that an event of this name is.</summary>
    public static string StimulusOf(string eventName) => "Event:" + eventName;
}
