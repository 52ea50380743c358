namespace Dag.Workflows.Activities;

/// <summary>A fault that the user can mend. The message names the thing and the fix, and is shown as it is.</summary>
/// <param name="message">One or two sentences that name the thing and the fix.</param>
/// <param name="innerException">The cause, if another exception was.</param>
public sealed class ActivityException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>False when another attempt cannot help (the input is wrong): retries are then not used up. Default true.</summary>
    public bool Retryable { get; init; } = true;

    /// <summary>
    /// How long to wait at least before the next attempt, because somebody said so; the retry policy's longest delay still counts. Default: as
    /// the policy says.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }
}
