using System.Collections.Concurrent;

namespace Dag.Workflows.Triggers;

/// <summary>
/// Lets the firings of one trigger pass one by one. The published trigger and runs that wait at the same activity share its ledger of
/// keys, and whoever fires must know that its keys are still free when they are booked.
/// </summary>
internal sealed class FiringGates
{
    // One for each trigger that ever fired in this process: as many as there are trigger activities.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    /// <summary>The gate of a trigger's scope.</summary>
    public SemaphoreSlim Of(string scope) => _gates.GetOrAdd(scope, static _ => new SemaphoreSlim(1, 1));
}
