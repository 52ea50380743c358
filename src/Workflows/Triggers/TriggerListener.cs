using Dag.Workflows.Activities;
using Dag.Workflows.Expressions;
using Dag.Workflows.RunLog;
using Dag.Workflows.Running;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Triggers;

/// <summary>Lets a trigger activity listen, and starts it again with growing pauses when it fails.</summary>
internal sealed partial class TriggerListener(DagEngine engine, ActivityBinder binder, IRunLog log, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    public async Task ListenAsync(ArmedTrigger trigger, CancellationToken cancellationToken)
    {
        // Off the caller's thread: publishing must not wait for a listener to set itself up.
        await Task.Yield();
        for (var pause = FirstPause; !cancellationToken.IsCancellationRequested; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                var activity = (TriggerActivity)binder.Create(trigger.Node.Descriptor, InputsOf(trigger));
                trigger.Trouble = null;
                await activity.ListenAsync(new Context(engine, log, trigger) { Scope = trigger.Scope, TimeProvider = clock }, cancellationToken);
                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                trigger.Trouble = e.Message;
                LogFailed(e, trigger.Node.Id, trigger.Graph.Definition.Name, pause.TotalSeconds);
            }

            await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static Dictionary<string, object?> InputsOf(ArmedTrigger trigger)
    {
        var inputs = new Dictionary<string, object?>();
        var descriptors = trigger.Node.Descriptor.Inputs;
        for (var i = 0; i < descriptors.Count; i++)
        {
            switch (trigger.Node.Inputs[i])
            {
                case null:
                    break;
                case ConstantExpression { Error: null } constant:
                    inputs[descriptors[i].Name] = constant.Value;
                    break;
                default:
                    throw new ActivityException(
                        $"Input '{descriptors[i].Name}' of trigger '{trigger.Node.Id}' must be a literal that can be read: there is no run yet whose variables it could use.");
            }
        }

        return inputs;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Trigger {ActivityId} of workflow {Workflow} does not listen; trying again in {Seconds} s.")]
    private partial void LogFailed(Exception exception, string activityId, string workflow, double seconds);

    private sealed class Context(DagEngine engine, IRunLog log, ArmedTrigger trigger) : TriggerContext
    {
        public override async Task<IReadOnlyList<string>> UnseenAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
        {
            var seen = await log.FindLedgerKeysAsync(Scope, keys, cancellationToken);
            return [.. keys.Where(k => !seen.Contains(k))];
        }

        public override async Task<string?> FireAsync(TriggerFiring firing, CancellationToken cancellationToken) => await engine.StartRunAsync(
            new StartRequest
            {
                Definition = trigger.Graph.Definition,
                TriggerActivityId = trigger.Node.Id,
                TriggerOutputs = firing.Outputs,
                LedgerKeys = [.. firing.Keys.Select(k => new LedgerKey(Scope, k))],
            },
            cancellationToken);
    }
}
