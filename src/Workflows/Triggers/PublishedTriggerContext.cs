using Dag.Workflows.Activities;
using Dag.Workflows.Running;

namespace Dag.Workflows.Triggers;

/// <summary>The trigger of a published workflow: each firing starts a run.</summary>
internal sealed class PublishedTriggerContext(DagEngine engine, FiringGates gates, ArmedTrigger trigger) : TriggerContext
{
    public override async Task<IReadOnlyList<string>> UnseenAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        await LedgerKeys.UnseenAsync(engine.Log, Scope, keys, cancellationToken);

    public override async Task<string?> FireAsync(TriggerFiring firing, CancellationToken cancellationToken)
    {
        if (engine.IsDraining)
        {
            // A service that stops starts nothing; the next one finds what has not been used.
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider, cancellationToken);
        }

        var gate = gates.Of(Scope);
        await gate.WaitAsync(cancellationToken);
        try
        {
            return await engine.StartRunAsync(
                new StartRequest
                {
                    Definition = trigger.Graph.Definition,
                    TriggerActivityId = trigger.Node.Id,
                    TriggerOutputs = firing.Outputs,
                    LedgerKeys = LedgerKeys.Of(Scope, firing.Keys),
                },
                cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }
}
