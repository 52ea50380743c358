namespace Dag.Workflows.Activities;

/// <summary>What a listening trigger knows, and how it fires.</summary>
public abstract class TriggerContext
{
    /// <summary>Names the trigger for its ledger of keys: the workflow's definition id and the activity's id.</summary>
    public required string Scope { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider TimeProvider { get; init; }

    /// <summary>Receives what keeps the trigger from firing, null once it is mended; null when nobody listens.</summary>
    public Action<string?>? ProblemSink { get; init; }

    /// <summary>Of these keys, those that no firing of this trigger has used yet, in the same order.</summary>
    public abstract Task<IReadOnlyList<string>> UnseenAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken);

    /// <summary>
    /// Starts a run, or nothing when one of the firing's keys has been used. The keys are booked in the transaction that records the
    /// start, so a key starts one run however often it is fired, also over restarts. In the middle of a run it lets that run go on, and
    /// ends the listening.
    /// </summary>
    /// <returns>The run's id, or null when nothing was started: then ask which keys are left.</returns>
    public abstract Task<string?> FireAsync(TriggerFiring firing, CancellationToken cancellationToken);

    /// <summary>
    /// Says what keeps the trigger from firing while it goes on listening, such as a missing folder; null once that is mended. It is
    /// shown as the trigger's state.
    /// </summary>
    public void ReportProblem(string? problem) => ProblemSink?.Invoke(problem);
}
