namespace Dag.Activities.DuckDb;

/// <summary>An error of the data engine. The message is the engine's own.</summary>
/// <param name="message">The engine's message.</param>
/// <param name="kind">Its kind.</param>
/// <param name="innerException">The cause, if another exception was.</param>
public sealed class DuckDbException(string message, DuckDbErrorKind kind = DuckDbErrorKind.Unknown, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The kind of error; kinds that have no name here keep their number.</summary>
    public DuckDbErrorKind Kind { get; } = kind;
}
