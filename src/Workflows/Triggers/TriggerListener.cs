using Dag.Workflows.Activities;
using Microsoft.Extensions.Logging;

namespace Dag.Workflows.Triggers;

/// <summary>Lets a trigger activity listen, and starts it again with growing pauses when it fails.</summary>
internal sealed partial class TriggerListener(TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>Listens until cancelled.</summary>
    /// <param name="create">Makes the activity, with its inputs bound; each time anew, as secrets and services may be mended meanwhile.</param>
    /// <param name="context">What the activity gets; its problem sink is told why it does not listen, and null once it does.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task ListenAsync(Func<TriggerActivity> create, TriggerContext context, CancellationToken cancellationToken)
    {
        // Off the caller's thread: neither publishing nor a run must wait for a listener to set itself up.
        await Task.Yield();
        var pause = FirstPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            var began = clock.GetTimestamp();
            try
            {
                var activity = create();
                context.ReportProblem(null);
                await activity.ListenAsync(context, cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                throw new InvalidOperationException("It stopped listening by itself.");
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // One that has listened for long is no hopeless case: the next failure is tried again soon.
                pause = clock.GetElapsedTime(began) > LongestPause ? FirstPause : pause;
                context.ReportProblem(e.Message);
                LogFailed(e, context.Scope, pause.TotalSeconds);
            }

            await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Trigger {Trigger} does not listen; trying again in {Seconds} s.")]
    private partial void LogFailed(Exception exception, string trigger, double seconds);
}
