namespace Dag.Workflows.AttemptLogs;

/// <summary>Where the logs of attempts are kept, and how large they become.</summary>
public sealed record AttemptLogOptions
{
    /// <summary>The folder, with a file for each run; null, the default, keeps none.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// Bytes kept of one attempt; default 10 MiB. What comes after them is counted and left out, but for its last 64 KiB, in which the
    /// error usually is.
    /// </summary>
    public long AttemptBytes { get; init; } = 10 << 20;

    /// <summary>Bytes kept of one run, all its attempts together; default 256 MiB.</summary>
    public long RunBytes { get; init; } = 256 << 20;

    /// <summary>How long the log of a run is kept after its last line; default 30 days.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Bytes kept of all runs together; default 4 GiB. Beyond it the logs that were written to least recently go first.</summary>
    public long TotalBytes { get; init; } = 4L << 30;

    /// <summary>Bytes that may wait in memory to be written; default 16 MiB. What comes faster than the disk takes it is dropped, and counted.</summary>
    public int BufferBytes { get; init; } = 16 << 20;
}
