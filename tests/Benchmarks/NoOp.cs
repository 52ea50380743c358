using Dag.Workflows.Activities;

namespace Dag.Benchmarks;

/// <summary>Work that does nothing, so that only what the engine does for it is measured.</summary>
[Activity("Bench.NoOp", Category = "Benchmarks", Description = "Does nothing.")]
internal sealed class NoOp : WorkActivity
{
    public override Task ExecuteAsync(WorkContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}
