using Dag.Workflows.Activities;
using Dag.Workflows.Running;

namespace Dag.Workflows.Triggers;

/// <summary>The trigger of a published workflow: each firing starts a run.</summary>
internal sealed class PublishedTriggerContext(DagEngine engine, FiringGates gates, ArmedTrigger trigger) : TriggerContext
{
    // A run that is not over may take its time: nothing is lost by looking again now and then.
    private static readonly TimeSpan RefusedPause = TimeSpan.FromSeconds(5);

    public override async Task<IReadOnlyList<string>> UnseenAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        await LedgerKeys.UnseenAsync(engine.Log, Scope, keys, cancellationToken);

    // What the workflow's activation strategy does not allow yet is fired again: its keys are still free.
    public override async Task<string?> FireAsync(TriggerFiring firing, CancellationToken cancellationToken)
    {
        for (var isRefused = false; ; isRefused = true)
        {
            if (engine.IsDraining)
            {
                // A service that stops starts nothing; the next one finds what has not been used.
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider, cancellationToken);
            }

            try
            {
                var run = await StartAsync(firing, cancellationToken);
                if (isRefused)
                {
                    ReportProblem(null);
                }

                return run;
            }
            catch (StartRefusedException e)
            {
                ReportProblem(e.Message);
            }

            await Task.Delay(RefusedPause, TimeProvider, cancellationToken);
        }
    }

    private async Task<string?> StartAsync(TriggerFiring firing, CancellationToken cancellationToken)
    {
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
