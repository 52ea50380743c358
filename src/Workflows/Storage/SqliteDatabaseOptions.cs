namespace Dag.Workflows.Storage;

/// <summary>How the embedded database is used. The defaults suit a service.</summary>
public sealed record SqliteDatabaseOptions
{
    /// <summary>How long to wait for a lock that another process (a backup, a shell) holds; default 10 s.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many waiting writes share one commit at the most; default 256.</summary>
    public int MaxWritesPerCommit { get; init; } = 256;

    /// <summary>How many reads run at once at the most, each on a connection of its own; default 8.</summary>
    public int MaxReaders { get; init; } = 8;

    /// <summary>
    /// True, the default: a write that completed survives a power failure (synchronous=FULL). False only for a store that is thrown away
    /// with its process.
    /// </summary>
    public bool Durable { get; init; } = true;
}
