namespace Dag.Workflows.Storage;

/// <summary>
/// The metadata database could not do what it was asked: its disk is full, its file cannot be written, its server does not answer. The
/// message says what to do. Of a write nothing was stored, except where the connection to PostgreSQL broke during the commit: then it
/// may have been. The database goes on: the next call may succeed.
/// </summary>
/// <param name="message">What happened, to which database, and what to do.</param>
/// <param name="innerException">The database's own error.</param>
public sealed class MetadataUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>True when space has run out: nothing new should be admitted until some is free.</summary>
    public bool IsDiskFull { get; init; }
}
