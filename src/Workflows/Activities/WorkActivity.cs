namespace Dag.Workflows.Activities;

/// <summary>
/// An activity that does work in the world. A new instance is made for each attempt: constructor parameters come from the service
/// container, properties marked <see cref="InputAttribute"/> are set and validated before <see cref="ExecuteAsync"/>, properties
/// marked <see cref="OutputAttribute"/> are read after it.
/// </summary>
/// <remarks>
/// An attempt can be started again after its process died, so effects must be keyed by <see cref="WorkContext.IdempotencyKey"/>.
/// Throw <see cref="ActivityException"/> for what the user can mend; its message is shown as it is.
/// </remarks>
public abstract class WorkActivity
{
    /// <summary>Does the work; honours the token, which is cancelled with the run, at the timeout and when the service drains.</summary>
    public abstract Task ExecuteAsync(WorkContext context, CancellationToken cancellationToken);
}
