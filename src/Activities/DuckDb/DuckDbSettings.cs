namespace Dag.Activities.DuckDb;

/// <summary>How one database is opened; what is not given comes from <see cref="DuckDbOptions"/>.</summary>
public sealed record DuckDbSettings
{
    /// <summary>The database file; null, the default, means in memory.</summary>
    public string? Path { get; init; }

    /// <summary>
    /// Whether results and written files keep the order of their source; default true. Without it bulk conversions need half the
    /// memory and run on all threads.
    /// </summary>
    public bool PreserveInsertionOrder { get; init; } = true;

    /// <summary>
    /// The folders whose files SQL may read and write; null, the default, means the whole file system. Give it whenever a part of the
    /// SQL comes from a user: settings are locked, so SQL cannot widen it.
    /// </summary>
    public IReadOnlyList<string>? AllowedFolders { get; init; }

    /// <summary>Memory in MiB; default: that of the options.</summary>
    public int? MemoryLimitMegabytes { get; init; }

    /// <summary>Threads; default: those of the options.</summary>
    public int? Threads { get; init; }
}
