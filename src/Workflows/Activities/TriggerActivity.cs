namespace Dag.Workflows.Activities;

/// <summary>
/// An activity that starts runs. While a published workflow that starts with it is armed, one instance with bound inputs listens;
/// in the run that it starts, the activity completes at once with the firing's outputs. In the middle of a run the same listening
/// completes the activity at the first firing.
/// </summary>
public abstract class TriggerActivity
{
    /// <summary>Listens until cancelled. An exception is logged and shown as the trigger's state, and listening starts again with back-off.</summary>
    public abstract Task ListenAsync(TriggerContext context, CancellationToken cancellationToken);
}
