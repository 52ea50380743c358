using System.ComponentModel.DataAnnotations;

namespace Dag.Activities.DuckDb;

/// <summary>What each database that an activity opens may use.</summary>
public sealed class DuckDbOptions
{
    /// <summary>
    /// Memory of one database, in MiB; default 512. What does not fit is spilled. The engine counts its buffers only: plan for half as
    /// much again in the process.
    /// </summary>
    [Range(64, 1 << 22)]
    public int MemoryLimitMegabytes { get; set; } = 512;

    /// <summary>Threads of one database; default: the processors that this process may use.</summary>
    [Range(1, 1024)]
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// The folder for what does not fit into memory; each database has a sub-folder of its own there, removed when it closes.
    /// Default: <c>dag-spill</c> in the system's temporary folder; the service sets it to <c>spill</c> in its data folder.
    /// </summary>
    [Required]
    public string SpillFolder { get; set; } = Path.Combine(Path.GetTempPath(), "dag-spill");

    /// <summary>The most that one database may spill, in MiB; null, the default, means nine tenths of the free space.</summary>
    [Range(1, 1 << 30)]
    public int? SpillLimitMegabytes { get; set; }
}
