namespace Dag.Host.Data;

/// <summary>Which process holds a data folder, and where it answers; the content of <c>server.json</c>.</summary>
internal sealed record ServerInfo
{
    /// <summary>The process id.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When it took the folder, in UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Where it can be reached, such as <c>http://localhost:5000</c>; empty until it listens, and for a process that serves nothing.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];
}
