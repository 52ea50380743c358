using Npgsql;

namespace Dag.Workflows.Storage;

/// <summary>Tells errors of the server as such (away, full, shutting down) from errors of a statement.</summary>
internal static class PostgreSqlErrors
{
    /// <summary>True when the same transaction can succeed if it is run again.</summary>
    public static bool IsCollision(Exception error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };

    /// <summary>The error in our words when the server is the cause, otherwise the same exception.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="server">Host, port and database, without secrets.</param>
    public static Exception Translate(Exception error, string server) =>
        error is NpgsqlException npgsql && Advice(npgsql) is { } advice
            ? new MetadataUnavailableException($"The metadata database {server} {advice} ({npgsql.Message})", npgsql)
            {
                IsDiskFull = (npgsql as PostgresException)?.SqlState == PostgresErrorCodes.DiskFull,
            }
            : error;

    private static string? Advice(NpgsqlException error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "has no space left. Free space on the server's disk.",
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } =>
            "has no connection left. Raise max_connections on the server, or lower 'Maximum Pool Size' in the connection string.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => "does not exist. Create it with createdb.",
        PostgresException { SqlState: ['2', '8', ..] } => "refused the login. Check user and password in the connection string.",
        PostgresException { SqlState: ['5', '3', ..] } => "is out of resources. Look into the server's log.",
        PostgresException { SqlState: ['5', '7', 'P', ..] } => "is starting or shutting down. Try again when it is up.",
        PostgresException { SqlState: ['0', '8', ..] } => "lost the connection. Check the network and the server.",
        PostgresException => null,
        _ => "does not answer. Check that the server runs and that host and port in the connection string are right.",
    };
}
