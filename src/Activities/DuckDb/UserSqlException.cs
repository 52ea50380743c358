namespace Dag.Activities.DuckDb;

/// <summary>SQL of a user that is not allowed; the message says what, and what is.</summary>
/// <param name="message">One sentence.</param>
internal sealed class UserSqlException(string message) : Exception(message);
