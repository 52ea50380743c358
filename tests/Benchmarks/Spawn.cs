using System.Diagnostics;
using Dag.Workflows.Activities;

namespace Dag.Benchmarks;

/// <summary>Work that is a process which does nothing, as the recipes of make are.</summary>
[Activity("Bench.Spawn", Category = "Benchmarks", Description = "Runs /bin/true.")]
internal sealed class Spawn : WorkActivity
{
    public override async Task ExecuteAsync(WorkContext context, CancellationToken cancellationToken)
    {
        using var process = Process.Start("/bin/true");
        await process.WaitForExitAsync(cancellationToken);
    }
}
