using Dag.Workflows.Running;

namespace Dag.Host.Hosting;

/// <summary>What a process of the service is composed with.</summary>
internal sealed record DagHostOptions
{
    /// <summary>The folder of all state; default <c>data</c> in the working folder.</summary>
    public string DataFolder { get; init; } = "data";

    /// <summary>Whether the data folder is deleted at the end, so that its database need not survive a power failure. Default false.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>Connection string of PostgreSQL for metadata; null, the default, for SQLite in the data folder.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Memory of one database of the data engine, in MiB; default 512.</summary>
    public int DuckDbMemoryMegabytes { get; init; } = 512;

    /// <summary>How runs are executed.</summary>
    public EngineOptions Engine { get; init; } = new();
}
