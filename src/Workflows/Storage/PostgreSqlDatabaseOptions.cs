namespace Dag.Workflows.Storage;

/// <summary>How PostgreSQL is used, beyond what the connection string says.</summary>
public sealed record PostgreSqlDatabaseOptions
{
    /// <summary>How often a write is tried when it collides with another one (serialization failure, deadlock); default 8.</summary>
    public int MaxAttempts { get; init; } = 8;

    /// <summary>The longest wait before the second attempt; it doubles with each one. Default 10 ms.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(10);
}
