using Dag.Workflows.Activities;
using Dag.Workflows.Runs;

namespace Dag.Workflows.Primitives;

/// <summary>Publishes an event: to every run that waits for it and every workflow that starts with it, or to its own run only.</summary>
[Activity("Elsa.PublishEvent", Category = "Primitives", DisplayName = "Publish Event", Description = "Publishes an event to the runs that wait for it and the workflows that start with it.")]
internal sealed class PublishEvent() : ControlActivity(EventName, CorrelationId, IsLocalEvent, Payload)
{
    private static readonly ControlInput<string> EventName = new("EventName", "The name of the event; the case of letters counts.") { Required = true };
    private static readonly ControlInput<string> CorrelationId = new("CorrelationId", "Only runs with this correlation id are told; default all.");
    private static readonly ControlInput<bool> IsLocalEvent = new("IsLocalEvent", "Whether only this run is told; default false.");
    private static readonly ControlInput<object> Payload = new("Payload", "What the event carries, any value; default none.");

    public override bool GoesStraightOn => true;

    public override ValueTask ExecuteAsync(Step step)
    {
        var name = step.Get(EventName);
        var correlationId = step.Get(CorrelationId);
        step.Send(new EventPublished
        {
            Name = string.IsNullOrEmpty(name) ? throw new InvalidOperationException("No event is named. Set eventName.") : name,
            CorrelationId = string.IsNullOrWhiteSpace(correlationId) ? null : correlationId,
            IsLocal = step.Get(IsLocalEvent),
            Payload = step.Keep(step.Get(Payload)),
        });
        step.Complete();
        return ValueTask.CompletedTask;
    }
}
