namespace Dag.Activities.Http;

/// <summary>A request was not answered: nobody could be reached, or not in time.</summary>
/// <param name="message">Says so, without what is secret of the URL.</param>
/// <param name="innerException">The cause.</param>
internal sealed class NoReplyException(string message, Exception innerException) : Exception(message, innerException)
{
    /// <summary>Whether time ran out.</summary>
    public required bool TimedOut { get; init; }
}
