namespace Dag.Workflows.Storage;

/// <summary>The schema of the metadata database and this program do not belong together. Nothing was changed.</summary>
/// <param name="message">What differs and what to do.</param>
/// <param name="innerException">The database's own error, if a script failed.</param>
public sealed class MigrationException(string message, Exception? innerException = null) : Exception(message, innerException);
