using Dag.Workflows.Activities;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;

namespace Dag.Workflows.Triggers;

/// <summary>A trigger in the middle of a run: its first firing completes the activity that waits.</summary>
internal sealed class WaitingRunContext(ActiveRun run, long execution, IRunLog log, FiringGates gates) : TriggerContext
{
    public override async Task<IReadOnlyList<string>> UnseenAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        await LedgerKeys.UnseenAsync(log, Scope, keys, cancellationToken);

    // Stays inside the gate until the keys are stored with the completion, which ends the listening; a run that another node has taken,
    // or that is cancelled, ends it as well, with the keys still free.
    public override async Task<string?> FireAsync(TriggerFiring firing, CancellationToken cancellationToken)
    {
        var gate = gates.Of(Scope);
        await gate.WaitAsync(cancellationToken);
        try
        {
            if ((await log.FindLedgerKeysAsync(Scope, firing.Keys, cancellationToken)).Count > 0)
            {
                return null;
            }

            run.Post(new ResumeArrival(execution, firing.Outputs) { LedgerKeys = LedgerKeys.Of(Scope, firing.Keys) });
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider, cancellationToken);
            return run.State.RunId;
        }
        finally
        {
            gate.Release();
        }
    }
}
